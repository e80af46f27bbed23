package dev.bbm.activities.migration;

import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Who did what when; the migration is null for events of a whole schema. */
public record MigrationEvent(
    Instant at,
    @Nullable String migration,
    @Nullable String gitlabSchema,
    String kind,
    @Nullable String by,
    @Nullable String reason,
    @Nullable BigDecimal number) {}
