package clickhouse

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Layout says how the tables of a store are made.
type Layout struct {
	// Cluster is the name that the servers' configuration gives to their cluster; "": there is one server. On a cluster the rows lie in
	// record_local, sharded by source, and record is the table over all shards.
	Cluster string
	// Replicated tables are copied between the replicas of a shard, by a coordinator (ZooKeeper or Keeper). The servers' macros {shard}
	// and {replica} tell them apart.
	Replicated bool
	// Keep is how long rows are kept, 0 for ever; servers from 2019 on forget by themselves, older ones where culprit asks them to.
	Keep time.Duration
}

// clusterName is what a cluster may be called, up to longestName.
var clusterName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.-]*$`)

// dialect is what a server knows.
type dialect struct {
	codecs, lowCardinality, ttl bool
	moments                     bool // DateTime64, and how to make one of µs
}

// dialectOf tells by a version, such as 18.16.1.
func dialectOf(version string) (d dialect) {
	parts := strings.SplitN(version, ".", 3)
	if len(parts) < 2 {
		return d
	}
	year, _ := strconv.Atoi(parts[0]) // 0 is old
	minor, _ := strconv.Atoi(parts[1])
	recent := year > 19 || year == 19 && minor >= 17
	return dialect{codecs: recent, lowCardinality: recent, ttl: recent, moments: year > 20}
}

// Init makes the database and its tables on every host of the address, or adds what an older culprit did not know of. It may be run
// again.
func Init(ctx context.Context, a *Address, l Layout) error {
	if l.Cluster != "" && (len(l.Cluster) > longestName || !clusterName.MatchString(l.Cluster)) {
		return fmt.Errorf("%q is no name of a cluster", l.Cluster)
	}
	if l.Cluster == "" && len(a.Hosts) > 1 {
		return errors.New("several hosts are a cluster: name it as the servers' configuration does")
	}
	c := newClient(a)
	for _, host := range a.Hosts {
		if err := c.initHost(ctx, host, l); err != nil {
			return fmt.Errorf("prepare %s: %w", host, err)
		}
	}
	return nil
}

func (c *client) initHost(ctx context.Context, host string, l Layout) error {
	bare := *c.Address
	bare.Database = "default"
	if err := newClient(&bare).run(ctx, host, "CREATE DATABASE IF NOT EXISTS "+c.Database); err != nil {
		return err
	}
	version, err := c.version(ctx, host)
	if err != nil {
		return err
	}
	d := dialectOf(version)
	local := "record"
	if l.Cluster != "" {
		local = "record_local"
	}
	statements := []string{createLocal(c.Database, local, d, l)}
	missing, err := c.undeclared(ctx, host, local, d)
	if err != nil && !errors.Is(err, errNoTable) {
		return err
	}
	for _, declaration := range missing {
		statements = append(statements, fmt.Sprintf("ALTER TABLE %s ADD COLUMN %s", local, declaration))
	}
	if l.Cluster != "" {
		// The table over all shards holds nothing: it is made anew where it lacks columns. Those of the other may have come from a replica.
		lacking, err := c.undeclared(ctx, host, "record", d)
		if err != nil && !errors.Is(err, errNoTable) {
			return err
		}
		if len(lacking) > 0 {
			statements = append(statements, "DROP TABLE IF EXISTS record")
		}
		statements = append(statements, fmt.Sprintf("CREATE TABLE IF NOT EXISTS record AS record_local ENGINE = Distributed('%s', %s, record_local, source)",
			l.Cluster, c.Database))
	}
	for _, sql := range statements {
		if err := c.run(ctx, host, sql); err != nil && !alreadyThere(err) {
			return fmt.Errorf("%.60s…: %w", sql, err)
		}
	}
	return nil
}

// alreadyThere reports whether a column could not be added since another replica has just added it.
func alreadyThere(err error) bool {
	var refusal *ServerError
	return errors.As(err, &refusal) && (refusal.Code == 15 || refusal.Code == 44) && strings.Contains(refusal.Text, "already exists")
}

// moment is a column for people: when a row is of, as the log tells it, with date and time of day. It is worked out when it is asked for.
const (
	moment        = "moment"
	declareMoment = moment + " DateTime64(6, 'UTC') ALIAS fromUnixTimestamp64Micro(multiIf(kind IN (0, 4, 5), first, kind = 100, intDiv(stamp, 1000), at), 'UTC')"
)

func (s spec) declare(d dialect) string {
	kind := s.kind
	if s.habit == repeats && d.lowCardinality {
		kind = "LowCardinality(" + kind + ")"
	}
	text := s.name + " " + kind
	if d.codecs {
		text += " CODEC(" + codecs[s.habit] + ")"
	}
	return text
}

// codecs are what packed the rows of recorded incidents best, short of higher levels of ZSTD.
var codecs = map[habit]string{varied: "ZSTD(1)", repeats: "ZSTD(1)", climbs: "Delta(8), ZSTD(1)", small: "T64, ZSTD(1)"}

func createLocal(database, table string, d dialect, l Layout) string {
	var columns []string
	for _, s := range specs {
		columns = append(columns, s.declare(d))
	}
	if d.moments {
		columns = append(columns, declareMoment)
	}
	engine := "MergeTree()"
	if l.Replicated {
		engine = "ReplicatedMergeTree('/clickhouse/tables/{shard}/" + database + "/" + table + "', '{replica}')"
	}
	sql := fmt.Sprintf("CREATE TABLE IF NOT EXISTS %s (%s) ENGINE = %s PARTITION BY week ORDER BY (kind, at, source)",
		table, strings.Join(columns, ", "), engine)
	if d.ttl && l.Keep > 0 {
		// By the week, as a whole: a block must not be forgotten in parts.
		sql += fmt.Sprintf(" TTL toDateTime(week * 604800) + INTERVAL %d SECOND DELETE", int64((l.Keep+week*time.Microsecond)/time.Second))
	}
	return sql
}

func (c *client) version(ctx context.Context, host string) (version string, err error) {
	err = c.queryHost(ctx, host, "SELECT version()", func(r *rowReader) error {
		version = r.text()
		return r.err
	})
	return version, err
}

var errNoTable = errors.New("there is no table record")

// columns returns the names of the columns of a table.
func (c *client) columns(ctx context.Context, host, table string) (there map[string]bool, err error) {
	there = map[string]bool{}
	err = c.queryHost(ctx, host, fmt.Sprintf("SELECT name FROM system.columns WHERE database = %s AND table = %s", quote(c.Database), quote(table)),
		func(r *rowReader) error {
			there[r.text()] = true
			return r.err
		})
	switch {
	case err != nil:
		return nil, err
	case len(there) == 0:
		return nil, errNoTable
	case !there[colKind.String()] || !there[colSource.String()] || !there[colAt.String()]:
		return nil, errors.New("its table record is none of culprit's; choose another database")
	}
	return there, nil
}

// undeclared returns the declarations of the columns that a table has not, and that the server may have.
func (c *client) undeclared(ctx context.Context, host, table string, d dialect) (declarations []string, err error) {
	there, err := c.columns(ctx, host, table)
	if err != nil {
		return nil, err
	}
	for _, s := range missing(there) {
		declarations = append(declarations, s.declare(d))
	}
	if d.moments && !there[moment] {
		declarations = append(declarations, declareMoment)
	}
	return declarations, nil
}

// missing returns the columns that are not there, and that answers need.
func missing(there map[string]bool) (lacking []spec) {
	for _, s := range specs {
		if !there[s.name] {
			lacking = append(lacking, s)
		}
	}
	return lacking
}

// ready checks that a host has the tables that this version needs.
func (c *client) ready(ctx context.Context) error {
	var failures []error
	for _, host := range c.Hosts {
		there, err := c.columns(ctx, host, "record")
		if err == nil && len(missing(there)) == 0 {
			return nil
		}
		if err == nil {
			err = fmt.Errorf("%s: the table record is of an older culprit", host)
		}
		failures = append(failures, err)
	}
	return errors.Join(failures...)
}

// cluster returns the name of the cluster that the store lies on, "" for a single server.
func (c *client) cluster(ctx context.Context) (name string, err error) {
	sql := fmt.Sprintf("SELECT engine_full FROM system.tables WHERE database = %s AND name = 'record'", quote(c.Database))
	err = c.query(ctx, sql, func(r *rowReader) error {
		if m := distributed.FindStringSubmatch(r.text()); m != nil {
			name = m[1]
		}
		return r.err
	})
	return name, err
}

var distributed = regexp.MustCompile(`^Distributed\('?([A-Za-z0-9_.-]+)'?,`)
