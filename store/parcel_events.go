package store

// TileRows is how many events an EventTile has at most: so few that a column after the other is read from the cache next to the processor.
const TileRows = 64

// EventTile is some of the stored events of a Parcel, column by column; the first N of each array count. Times are unshifted. What they have
// in common is in their classes: see Parcel.Class.
type EventTile struct {
	N     int
	Class [TileRows]int32
	// Slot is the start of the second.
	Time, Slot, Line, Offset, PID, Conn               [TileRows]int64
	Bytes, Duration, Queue, Connect, Header, Response [TileRows]int64
	Retries, QueuedServer, QueuedBackend, Active      [TileRows]int32
	Method, Endpoint, Script, Client, UserAgent       [TileRows]string
	Path, Message, Detail                             [TileRows]string
}

// EachTile calls yield for all stored events of the parcel, some at a time. The tile is the caller's, to be used again.
func (p *Parcel) EachTile(t *EventTile, yield func()) {
	for rows := p.h.events; len(rows) > 0; rows = rows[t.N:] {
		t.N = min(len(rows), TileRows)
		for i := range rows[:t.N] {
			t.set(i, &rows[i])
		}
		yield()
	}
}

func (t *EventTile) set(i int, r *eventRow) {
	t.Class[i] = r.class
	t.Time[i], t.Slot[i], t.Line[i], t.Offset[i], t.PID[i], t.Conn[i] = r.time, slotOf(r.time, second), r.line, r.offset, r.pid, r.conn
	t.Bytes[i], t.Duration[i], t.Queue[i] = r.bytes, r.duration, r.queue
	t.Connect[i], t.Header[i], t.Response[i] = r.connect, r.header, r.response
	t.Retries[i], t.QueuedServer[i], t.QueuedBackend[i], t.Active[i] = r.retries, r.queuedServer, r.queuedBackend, r.active
	t.Method[i], t.Endpoint[i], t.Script[i], t.Client[i], t.UserAgent[i] = r.method, r.endpoint, r.script, r.client, r.agent
	t.Path[i], t.Message[i], t.Detail[i] = r.path, r.message, r.detail
}

// Class returns the labels of a class of events, and whether their times are absolute. Its number means the same in all parcels of a source
// that have one Generation.
func (p *Parcel) Class(number int32) (labels Event, zoned bool) {
	var none eventRow
	c := &p.h.classes[number]
	return none.event(c), c.zoned
}

// Generation numbers the meaning of classes.
func (p *Parcel) Generation() int { return p.h.generation }
