package dev.bbm.activities.ownership;

/**
 * What a worker shows to the gate: for which schema, as which database, since which epoch, at which
 * place.
 */
public record OwnershipToken(String gitlabSchema, String database, long epoch, String place) {}
