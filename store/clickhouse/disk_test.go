package clickhouse

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// frailDisk is a disk that fails at one operation, and one whose power can fail: what was not made durable by then is undone.
type frailDisk struct {
	osDisk
	failAt, done int
	undo         []func() error // names since the last sync
}

var errDisk = errors.New("input/output error")

func (d *frailDisk) next() error {
	if d.done++; d.done == d.failAt {
		return errDisk
	}
	return nil
}

func (d *frailDisk) write(path string, content []byte) error {
	if err := d.next(); err != nil { // a disk that is full takes a part
		return errors.Join(err, d.osDisk.write(path, content[:len(content)/2]))
	}
	d.undo = append(d.undo, func() error { return d.osDisk.remove(path) })
	return d.osDisk.write(path, content)
}

func (d *frailDisk) rename(from, to string) error {
	if err := d.next(); err != nil {
		return err
	}
	before, err := os.ReadFile(to)
	switch {
	case errors.Is(err, os.ErrNotExist):
		d.undo = append(d.undo, func() error { return d.osDisk.rename(to, from) })
	case err != nil:
		return err
	default:
		d.undo = append(d.undo, func() error { return d.osDisk.write(to, before) })
	}
	return d.osDisk.rename(from, to)
}

func (d *frailDisk) remove(path string) error {
	if err := d.next(); err != nil {
		return err
	}
	if before, err := os.ReadFile(path); err == nil {
		d.undo = append(d.undo, func() error { return d.osDisk.write(path, before) })
	}
	return d.osDisk.remove(path)
}

func (d *frailDisk) sync(dir string) error {
	if err := d.next(); err != nil {
		return err
	}
	d.undo = nil
	return d.osDisk.sync(dir)
}

// powerFails undoes what was not durable.
func (d *frailDisk) powerFails() (err error) {
	for i := len(d.undo) - 1; i >= 0; i-- {
		err = errors.Join(err, d.undo[i]())
	}
	d.undo = nil
	return err
}

// TestSpoolKeepsItsWord has every operation of the disk fail in turn, and the power then. What put has taken must be there afterwards, and what
// was dropped must be known: in all, the parts of the source are known without a gap as far as put has taken them, or a block more.
func TestSpoolKeepsItsWord(t *testing.T) {
	operations := 0
	for failAt := 0; failAt <= operations; failAt++ { // at first none fails, and they are counted
		dir := filepath.Join(t.TempDir(), "spool")
		d := &frailDisk{failAt: failAt}
		taken := exercise(t, dir, d)
		if failAt == 0 {
			if operations = d.done; taken != 60 {
				t.Fatalf("taken up to %d", taken)
			}
		}
		if err := d.powerFails(); err != nil {
			t.Fatal(err)
		}
		s, err := openSpool(context.Background(), dir, 0, osDisk{})
		if err != nil {
			t.Fatalf("operation %d: %v", failAt, err)
		}
		r := newRegistry()
		s.remember(&r)
		known := int64(0)
		if len(r.list) > 0 {
			parts := r.list[0].parts()
			if known = parts[len(parts)-1].End.Offset; len(parts) != 1 || parts[0].Begin.Offset != 0 {
				t.Errorf("operation %d: parts %+v", failAt, parts)
			}
		}
		if known < taken || known > taken+10 {
			t.Errorf("operation %d: known up to %d, taken up to %d", failAt, known, taken)
		}
		for _, name := range s.files {
			if b, err := s.read(name); err != nil || string(b.body) != fmt.Sprintf("body\n%d", b.id) {
				t.Errorf("operation %d: %s: %+v, %v", failAt, name, b, err)
			}
		}
		if err := s.close(); err != nil {
			t.Error(err)
		}
	}
	if operations < 20 {
		t.Errorf("only %d operations", operations)
	}
}

// exercise puts blocks into a new spool and drops some, until the disk fails. It returns up to where blocks were taken.
func exercise(t *testing.T, dir string, d disk) (taken int64) {
	t.Helper()
	ctx := context.Background()
	s, err := openSpool(ctx, dir, 0, d)
	if err != nil {
		return 0
	}
	defer func() { _ = s.close() }() // the lock was only locked
	drop := func(n int) error {
		for range n {
			b, err := s.next(ctx)
			if err == nil {
				err = s.drop(b)
			}
			if err != nil {
				return err
			}
		}
		return nil
	}
	for i := range int64(6) {
		if err := s.put(ctx, blockOf(uint64(i), taken, taken+10)); err != nil {
			return taken
		}
		taken += 10
		if i == 2 && drop(2) != nil || i == 3 && drop(2) != nil {
			return taken
		}
	}
	_ = drop(1) // it fails where the disk does
	return taken
}

// TestFailedSpoolEndsWriting has the disk refuse one block: those behind it must not be taken, or its lines would be passed over.
func TestFailedSpoolEndsWriting(t *testing.T) {
	d := &frailDisk{}
	s, err := openSpool(context.Background(), t.TempDir(), 0, d)
	if err != nil {
		t.Fatal(err)
	}
	st := newStore(&Address{Hosts: []string{"127.0.0.1:1"}, Database: "x", Timeout: long}, Options{})
	st.spool = s
	st.sender = newSender(st) // it is not started: nothing is sent
	d.failAt = d.done + 1
	if err := st.sender.send(blockOf(1, 0, 10)); !errors.Is(err, errDisk) {
		t.Errorf("%v, want %v", err, errDisk)
	}
	if err := st.sender.send(blockOf(2, 10, 20)); !errors.Is(err, errDisk) {
		t.Errorf("the next block: %v, want %v", err, errDisk)
	}
	if err := s.close(); err != nil {
		t.Error(err)
	}
}

// TestFullSpoolWaits fills a spool: who puts more waits until there is room, or until nobody waits any more.
func TestFullSpoolWaits(t *testing.T) {
	ctx, leave := context.WithCancel(context.Background())
	defer leave()
	s, err := openSpool(ctx, t.TempDir(), 1, osDisk{})
	if err != nil {
		t.Fatal(err)
	}
	for id := range uint64(3) {
		put := make(chan error, 1)
		go func() { put <- s.put(context.Background(), blockOf(id, 0, 10)) }()
		if id == 1 {
			within(t, "making room", func() error {
				b, err := s.next(context.Background())
				return errors.Join(err, s.drop(b))
			})
		}
		if id == 2 {
			leave()
			within(t, "putting", func() error { err = <-put; return nil })
			if !errors.Is(err, ErrSpoolFull) {
				t.Errorf("%v, want %v", err, ErrSpoolFull)
			}
			continue
		}
		within(t, "putting", func() error { return <-put })
	}
	if err := s.close(); err != nil {
		t.Error(err)
	}
}
