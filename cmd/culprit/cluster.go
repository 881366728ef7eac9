package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"culprit/store"
	"culprit/store/clickhouse"
)

// urlForm is how a store is named.
const urlForm = "clickhouse://[user@]host:8123[,host…]/database[?password-file=FILE&tls=on&ca=FILE]"

// storeFlag adds --store, which names a store that many hosts share in place of a database.
func storeFlag(f *pflag.FlagSet, db *string) {
	f.StringVar(db, "store", "", "keep or find the events in ClickHouse instead: clickhouse://host:8123[,host…]/database (see culprit store init)")
}

// isCluster reports whether a database is named by the URL of a store.
func isCluster(db string) bool { return strings.HasPrefix(db, clickhouse.Scheme) }

// storeHint is for whoever names a store that cannot be used.
const storeHint = "culprit store init --store URL prepares a store; the servers must be up, and the user allowed to read and write"

// clusterPatience is how long opening a store may take.
const clusterPatience = 30 * time.Second

func openCluster(url string) (analysisStore, func() error, error) {
	ctx, cancel := context.WithTimeout(context.Background(), clusterPatience)
	defer cancel()
	address, err := clickhouse.ParseAddress(url)
	if err != nil {
		return nil, nil, usageError(urlForm, "%w", err)
	}
	st, err := clickhouse.Open(ctx, address, clickhouse.Options{})
	if err != nil {
		return nil, nil, &failure{exitInput, err, storeHint}
	}
	return st, st.Close, nil
}

// openKept opens a store, or a database that kept has found.
func openKept(db string) (analysisStore, func() error, error) {
	if isCluster(db) {
		return openCluster(db)
	}
	st, err := store.OpenSQLite(db)
	if err != nil {
		return nil, nil, &failure{exitInput, err, "culprit analyze --db FILE DIR makes a database"}
	}
	return st, st.Close, nil
}

// spoolOf is the directory beside a database in which what a store is to get is kept.
func spoolOf(db, url string) (string, error) {
	address, err := clickhouse.ParseAddress(url)
	if err != nil {
		return "", usageError(urlForm, "%w", err)
	}
	return filepath.Join(filepath.Dir(db), "spool-"+address.Database), nil
}

// askCluster is query for a store.
func (q *asking) askCluster(ctx context.Context, sql string) (err error) {
	address, err := clickhouse.ParseAddress(q.db)
	if err != nil {
		return usageError(urlForm, "%w", err)
	}
	rows, err := clickhouse.Select(ctx, address, sql, q.bound())
	if err != nil {
		return &failure{exitUsage, fmt.Errorf("query: %w", err), "the table is record; DESCRIBE TABLE record shows its columns"}
	}
	defer func() { err = errors.Join(err, closing(rows.Close())) }()
	return q.answer(rows.Columns, rows)
}

// preparing is one run of store init.
type preparing struct {
	*globals
	url    string
	layout clickhouse.Layout
}

func newStore(g *globals) *cobra.Command {
	parent := &cobra.Command{
		Use:   "store",
		Short: "Prepare a store that many hosts share",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	p := &preparing{globals: g}
	cmd := &cobra.Command{
		Use:   "init --store clickhouse://HOST[,HOST…]/DATABASE",
		Short: "Make the tables of a store in ClickHouse, or bring them up to date",
		Long: "init makes the database and its tables on every host that the URL names, and adds the columns that an older culprit did not have. " +
			"On a cluster, name all of its hosts, and with --cluster what the servers' configuration calls it; rows are then sharded by source.",
		Example: "  culprit store init --store clickhouse://localhost/culprit\n" +
			"  culprit store init --store clickhouse://ch1,ch2,ch3,ch4/culprit --cluster fleet --replicated --keep 720h",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.run(cmd.Context()) },
	}
	f := cmd.Flags()
	f.StringVar(&p.url, "store", "", urlForm)
	f.StringVar(&p.layout.Cluster, "cluster", "", "name of the cluster in the servers' configuration (default: a single server)")
	f.BoolVar(&p.layout.Replicated, "replicated", false, "keep copies on the replicas of each shard, which takes ZooKeeper or Keeper, and the macros {shard} and {replica}")
	f.DurationVar(&p.layout.Keep, "keep", 0, "how long rows are kept, by whole weeks; 0: for ever")
	parent.AddCommand(cmd)
	return parent
}

func (p *preparing) run(ctx context.Context) error {
	address, err := clickhouse.ParseAddress(p.url)
	if err != nil {
		return usageError("culprit store init --store clickhouse://localhost/culprit", "%w", err)
	}
	if err := clickhouse.Init(ctx, address, p.layout); err != nil {
		return &failure{exitInput, err, "the user must be allowed to make tables; --cluster wants a name of remote_servers in the servers' configuration"}
	}
	fmt.Fprintf(p.out, "%s is ready\n", address)
	return nil
}
