package clickhouse

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"culprit/store"
)

// sender sends blocks. Without a spool it gives up after a while, and with it writing; with one it goes on for ever.
type sender struct {
	store   *Store
	client  *client
	queue   chan *sealed
	ctx     context.Context
	cancel  context.CancelFunc
	workers sync.WaitGroup
	cluster atomic.Pointer[string]
	failed  atomic.Pointer[error]

	mu      sync.Mutex
	pending int
	idle    chan struct{} // closed when nothing is pending
}

const (
	// senders is how many blocks are on their way at once.
	senders = 2
	// patience is how long a block is tried to be sent where there is no spool.
	patience = 2 * time.Minute
	// farewell is how long Close waits for the cluster to take what is in the spool.
	farewell = 3 * time.Second
)

func newSender(s *Store) *sender {
	ctx, cancel := context.WithCancel(context.Background())
	return &sender{store: s, client: s.client, queue: make(chan *sealed, senders), ctx: ctx, cancel: cancel}
}

// start begins to send.
func (d *sender) start() {
	if d.store.spool != nil {
		d.workers.Go(d.drain)
		return
	}
	for range senders {
		d.workers.Go(func() {
			for b := range d.queue {
				if d.broken() == nil {
					d.deliver(b)
				}
				d.done()
			}
		})
	}
}

// broken returns why writing has ended, nil while it goes on.
func (d *sender) broken() error {
	if failure := d.failed.Load(); failure != nil {
		return *failure
	}
	return nil
}

// send takes a block over: to the spool, or to be sent soon.
func (d *sender) send(b *sealed) error {
	if err := d.broken(); err != nil {
		return err
	}
	if spool := d.store.spool; spool != nil {
		defer b.release()
		if err := spool.put(d.ctx, b); err != nil {
			// What comes behind it must not be kept without it.
			d.failed.CompareAndSwap(nil, &err)
			return err
		}
		d.store.spooled(b)
		return nil
	}
	d.mu.Lock()
	if d.pending++; d.pending == 1 {
		d.idle = make(chan struct{})
	}
	d.mu.Unlock()
	d.queue <- b
	return nil
}

func (d *sender) done() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.pending--; d.pending == 0 {
		close(d.idle)
	}
}

// wait returns when all that was sent has arrived.
func (d *sender) wait(ctx context.Context) error {
	d.mu.Lock()
	idle, pending := d.idle, d.pending
	d.mu.Unlock()
	if pending > 0 {
		select {
		case <-idle:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return d.broken()
}

// deliver sends one block until the cluster has it.
func (d *sender) deliver(b *sealed) {
	ctx, cancel := context.WithTimeout(d.ctx, patience)
	defer cancel()
	err := d.insist(ctx, b)
	if err == nil {
		d.store.arrived(b)
		if b.attempts == 1 { // an attempt that failed may still be reading
			b.release()
		}
		return
	}
	err = fmt.Errorf("write to store %s: %w (is it up, and has it room?)", d.client.Address, err)
	d.failed.CompareAndSwap(nil, &err)
}

// drain sends what is in the spool, in its order.
func (d *sender) drain() {
	for {
		b, err := d.store.spool.next(d.ctx)
		if err == nil {
			err = d.insist(d.ctx, b)
		}
		if d.ctx.Err() != nil {
			return
		}
		if err == nil {
			d.store.arrived(b)
			err = d.store.spool.drop(b)
		}
		if err != nil {
			d.failed.CompareAndSwap(nil, &err)
			return
		}
	}
}

// insist tries to send a block until the cluster has it, will never take it, or ctx ends.
func (d *sender) insist(ctx context.Context, b *sealed) (err error) {
	for attempt := 0; ; attempt++ {
		if attempt > 0 {
			if attempt == 3 {
				d.store.complain(fmt.Errorf("the store does not take what it is sent, trying on: %w", err))
			}
			if d.client.sleep(ctx, backoff(attempt)) != nil {
				return errors.Join(ctx.Err(), err)
			}
		}
		host := d.client.Hosts[(int(d.client.host.Load())+attempt)%len(d.client.Hosts)]
		if b.uncertain {
			there, unsure := d.has(ctx, b)
			if unsure != nil {
				err = unsure
				continue
			}
			if there {
				return nil
			}
			b.uncertain = false
		}
		b.attempts++
		if err = d.try(ctx, host, b); err == nil {
			return nil
		}
		b.uncertain = true
		if !passes(err) && ctx.Err() == nil {
			var refusal *ServerError
			if errors.As(err, &refusal) {
				return err
			}
		}
	}
}

// name is by which servers know the statement that sends a block.
func (b *sealed) name() string { return fmt.Sprintf("%s%016x", sentFromHere(), b.id) }

// sentFromHere begins the names of all statements that send blocks from this host.
func sentFromHere() string {
	host, _ := os.Hostname() // "" is a name as well
	return fmt.Sprintf("culprit-%016x-", sourceKey(host, "", store.File{}, 0))
}

// quiet waits until no server is busy with what an earlier process of this host has sent: it does not show yet, and would be sent
// again.
func (d *sender) quiet(ctx context.Context) error {
	for attempt := range attempts {
		busy, err := d.busy(ctx, sentFromHere())
		if err != nil || busy == 0 {
			return err
		}
		if err := d.client.sleep(ctx, backoff(attempt)); err != nil {
			return err
		}
	}
	return nil // another process of this host is sending
}

// try sends a block once.
func (d *sender) try(ctx context.Context, host string, b *sealed) error {
	ctx, cancel := context.WithTimeout(ctx, d.client.Timeout)
	defer cancel()
	answer, err := d.client.once(ctx, host, &request{sql: b.insert, id: b.name(), body: b.body, gzip: b.gzip})
	if err != nil {
		return err
	}
	text, err := io.ReadAll(io.LimitReader(answer, 2000))
	if err = errors.Join(err, answer.Close()); err == nil && len(text) > 0 {
		err = &ServerError{Host: host, Text: string(text)}
	}
	return err
}

// has reports whether the cluster has a block whose sending was not answered. An attempt that some server is still busy with must come
// to its end first: what it is going to do cannot be seen.
func (d *sender) has(ctx context.Context, b *sealed) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, d.client.Timeout)
	defer cancel()
	busy, err := d.busy(ctx, b.name())
	if err != nil {
		return false, err
	}
	if busy > 0 {
		return false, errors.New("a server is still busy with the block")
	}
	sql := fmt.Sprintf("SELECT toInt64(count()) FROM record WHERE kind = 0 AND at = %d AND source = %d AND batch = %d", b.key>>1, b.key, b.id)
	answer, err := d.client.ask(ctx, &request{sql: sql + " FORMAT RowBinary"}) // of all shards, whatever partial says
	if err != nil {
		return false, err
	}
	var rows int64
	err = d.client.each(answer, func(r *rowReader) error {
		rows = r.int64()
		return r.err
	})
	return rows > 0, err
}

// busy counts the statements whose names begin so, on all servers that can be reached. One that cannot is not working.
func (d *sender) busy(ctx context.Context, name string) (int64, error) {
	if d.cluster.Load() == nil {
		cluster, err := d.client.cluster(ctx)
		if err != nil {
			return 0, err
		}
		d.cluster.Store(&cluster)
	}
	where := "system.processes"
	if cluster := *d.cluster.Load(); cluster != "" {
		where = fmt.Sprintf("cluster('%s', system, processes)", cluster)
	}
	sql := fmt.Sprintf("SELECT toInt64(count()) FROM %s WHERE startsWith(query_id, %[2]s) OR startsWith(initial_query_id, %[2]s) FORMAT RowBinary",
		where, quote(name))
	answer, err := d.client.ask(ctx, &request{sql: sql, settings: url.Values{"skip_unavailable_shards": {"1"}}})
	if err != nil {
		return 0, err
	}
	var n int64
	err = d.client.each(answer, func(r *rowReader) error {
		n = r.int64()
		return r.err
	})
	return n, err
}

// arrived notes that the cluster has a block.
func (s *Store) arrived(b *sealed) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.changed()
	s.registry.own(&b.part)
}

// spooled notes that a block is in the spool: what it is of is not read again.
func (s *Store) spooled(b *sealed) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.registry.own(&b.part)
}

// close lets what waits be sent. What is in a spool may stay there.
func (d *sender) close() error {
	defer d.cancel()
	if spool := d.store.spool; spool != nil && d.store.sender == d {
		ctx, cancel := context.WithTimeout(d.ctx, farewell)
		defer cancel()
		spool.empty(ctx)
		d.cancel()
		d.workers.Wait()
		return d.broken()
	}
	close(d.queue)
	if err := d.wait(d.ctx); err != nil {
		return err
	}
	d.cancel()
	d.workers.Wait()
	return nil
}
