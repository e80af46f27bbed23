package dev.bbm.activities.migration;

import dev.bbm.activities.ownership.OwnedSchema;

/** Another gitlab_schema that a job in Java declares, and who owns it now. */
record TouchedSchema(String gitlabSchema, boolean write, OwnedSchema owner) {}
