// Package clickhouse keeps what culprit reads in a ClickHouse server or cluster, and answers the closed Query form of package store
// from there: every aggregate is computed by the cluster, and no more rows come back than the answer has groups.
//
// There is one table, record. All that an Appender has gathered of one source is one block of it: the cells of the roll-ups, the
// events, the changes and samples, and a row that says which part of the source they are of. A block is sent in the format Native, which
// a server takes whole or not at all, and lies in one partition of one shard: so the lines of a source and the position behind them are
// there together or not at all. Before a block whose fate is unknown is sent once more, the cluster is asked whether it has it.
// The roll-ups are counted by the client, which has them anyway: rows of one slot and class add up. A materialized view could count
// them only from all requests, of which nine in ten are otherwise never sent.
//
// Texts are told in every row rather than numbered: numbers would have to be agreed on between hosts, and columns of repeated texts
// pack to almost nothing.
package clickhouse
