package dev.bbm.activities.failover;

import dev.bbm.activities.topology.Database;

/**
 * The two servers of a failover.
 *
 * @param source owns the moved schemas before
 * @param copy its streaming standby, which is promoted
 */
public record FailoverServers(Database source, Database copy) {}
