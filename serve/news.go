package serve

import (
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"
)

// crowd are the browsers that listen for news.
type crowd struct {
	mu        sync.Mutex
	listeners map[chan string]bool
}

const (
	mostListeners = 64
	// alive is how often a connection without news is used, so that what lies between does not close it.
	alive = 20 * time.Second
	// patience is how long a browser may take to receive a message.
	patience = 10 * time.Second
)

func newCrowd() *crowd { return &crowd{listeners: map[chan string]bool{}} }

// join returns a channel of news, nil where there are too many listeners already.
func (c *crowd) join() chan string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.listeners) >= mostListeners {
		return nil
	}
	ch := make(chan string, 4)
	c.listeners[ch] = true
	return ch
}

func (c *crowd) leave(ch chan string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.listeners, ch)
}

// tell passes news on. Who has not taken the last ones yet misses these: the page asks for everything anyway.
func (c *crowd) tell(news string) {
	if news == nothingNew {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for ch := range c.listeners {
		select {
		case ch <- news:
		default:
		}
	}
}

// news sends an event for each piece of news, until the browser goes away.
func (s *Server) news(w http.ResponseWriter, r *http.Request) {
	ch := s.crowd.join()
	if ch == nil {
		http.Error(w, "Too many pages are listening.", http.StatusServiceUnavailable)
		return
	}
	defer s.crowd.leave(ch)
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no")
	out := http.NewResponseController(w)
	send := func(message string) bool {
		if err := out.SetWriteDeadline(time.Now().Add(patience)); err != nil {
			return false
		}
		if _, err := io.WriteString(w, message); err != nil {
			return false
		}
		return out.Flush() == nil
	}
	beat := time.NewTicker(alive)
	defer beat.Stop()
	for ok := send("retry: 3000\n\n"); ok; {
		select {
		case <-r.Context().Done():
			return
		case news := <-ch:
			ok = send(fmt.Sprintf("event: %s\ndata: %s\n\n", news, news))
		case <-beat.C:
			ok = send(": still here\n\n")
		}
	}
}
