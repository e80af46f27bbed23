package dev.bbm.workflows.migration;

import org.jspecify.annotations.Nullable;

/** A change of state for a control activity to make. */
public record StatusChange(String uid, @Nullable String reason, @Nullable String by) {}
