package dev.bbm.workflows.migration;

/** Asks for one slice: jobs of one lane of a migration, for at most 30 s. */
public record SliceRequest(String uid, String jobClassName, int lane) {}
