package main

import (
	"net/http"
	"sync"
	"time"

	"culprit/live"
)

// farewell is how long receivers have at the end.
const farewell = 5 * time.Second

// receivers sets up who is told of incidents.
func (s *service) receivers() error {
	complain := func(err error) { s.say("%v", err) }
	body := live.Alertmanager
	if s.format == "slack" {
		body = live.Slack
	}
	for _, url := range s.webhooks {
		w := &live.Webhook{URL: url, Client: &http.Client{}, Body: body}
		if w.Name() == "webhook ://" {
			return usageError("--webhook http://host/path", "--webhook takes a URL")
		}
		s.couriers = append(s.couriers, live.NewCourier(w, complain))
	}
	for _, command := range s.commands {
		s.couriers = append(s.couriers, live.NewCourier(&live.Exec{Command: command}, complain))
	}
	return nil
}

// sendOff lets the receivers have what waits for them.
func (s *service) sendOff() {
	var all sync.WaitGroup
	for _, c := range s.couriers {
		all.Go(func() { c.Close(farewell) })
	}
	all.Wait()
}

// tell passes a notice on to everybody.
func (s *service) tell(n *live.Notice) {
	switch n.Event {
	case live.Opened:
		s.stats.opened.Add(1)
	case live.Changed:
		s.stats.changed.Add(1)
	case live.Ended:
		s.stats.ended.Add(1)
	}
	s.show(n)
	for _, c := range s.couriers {
		c.Send(n)
	}
}
