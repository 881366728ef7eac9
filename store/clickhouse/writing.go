package clickhouse

import (
	"context"
	"fmt"
	"net/url"
)

// writing adds the settings of a statement that writes to a host: the shard has the block when the statement is answered.
//
// Servers from 26.2 on gather blocks of many clients and write them later, unless they are told not to. A block that waits there does not
// show among what the server is working on, and would be sent again where the answer to it is lost.
func (c *client) writing(ctx context.Context, host string, settings url.Values) error {
	settings.Set("insert_distributed_sync", "1")
	gathers, err := c.gathers(ctx, host)
	if gathers {
		settings.Set("async_insert", "0")
	}
	return err
}

// gathers reports whether a host knows the setting for that: to a server that does not it is an error. The answer is kept until the host
// is away, as it may come back as a newer one.
func (c *client) gathers(ctx context.Context, host string) (bool, error) {
	if kept, ok := c.gathering.Load(host); ok {
		gathers, _ := kept.(bool)
		return gathers, nil
	}
	var n int64
	err := c.queryHost(ctx, host, "SELECT toInt64(count()) FROM system.settings WHERE name = 'async_insert'", func(r *rowReader) error {
		n = r.int64()
		return r.err
	})
	if err != nil {
		return false, fmt.Errorf("ask for the settings: %w", err)
	}
	c.gathering.Store(host, n > 0)
	return n > 0, nil
}
