package main

import (
	"errors"
	"path/filepath"
	"sync"
	"time"

	"culprit/live"
	"culprit/live/delivery"
	"culprit/live/settings"
	"culprit/live/telemetry"
)

// farewell is how long receivers have at the end, or until they are set up anew.
const farewell = 5 * time.Second

// alerts tell the receivers of incidents. What waits for them is kept beside the database.
type alerts struct {
	mutex    sync.Mutex
	serving  string // where "culprit serve" shows the database
	couriers []courier
	open     map[string]*live.Notice // the last notice of each incident that is open
	told     map[live.Event]int64
	recent   []*live.Notice
	handing  sync.RWMutex // held while notices are handed over: they are not told before all is written down
}

// courier is one with the name its numbers go under.
type courier struct {
	label string
	*delivery.Courier
}

// recentMost is how many notices are kept for the view.
const recentMost = 20

// receivers sets up who is told of incidents, with what was written down and waits since the last run.
func (s *service) receivers() error {
	wanted, err := s.wanted()
	if err != nil {
		return err
	}
	return s.alerts.begin(wanted, filepath.Join(filepath.Dir(s.db), "notices"), func(err error) { s.say("%v", err) })
}

// renewReceivers reads the file of settings anew. Where it is wrong, all stays as it is.
func (s *service) renewReceivers() {
	if s.config == "" {
		return
	}
	wanted, err := s.wanted()
	if err == nil {
		_, err = makeAll(wanted.Receivers)
	}
	if err != nil {
		s.say("%v; the receivers stay as they were", err)
		return
	}
	s.alerts.end(farewell)
	if err := s.receivers(); err != nil {
		s.say("%v", err)
		return
	}
	s.say("read %s anew: %d receivers", s.config, len(wanted.Receivers))
}

// sendOff lets the receivers have what waits for them.
func (s *service) sendOff() { s.alerts.end(farewell) }

// made is a receiver, and how it is to be told.
type made struct {
	settings.Receiver
	to   delivery.Receiver
	opts delivery.Options
}

func makeAll(receivers []settings.Receiver) ([]made, error) {
	var all []made
	var problems []error
	for _, r := range receivers {
		to, opts, err := r.Make()
		if err != nil {
			problems = append(problems, err)
			continue
		}
		all = append(all, made{r, to, opts})
	}
	if len(problems) > 0 {
		return nil, &failure{exitUsage, errors.Join(problems...), "culprit tail --test-alert tries every receiver"}
	}
	return all, nil
}

func (a *alerts) begin(wanted *settings.File, dir string, complain func(error)) error {
	all, err := makeAll(wanted.Receivers)
	if err != nil {
		return err
	}
	a.mutex.Lock()
	defer a.mutex.Unlock()
	a.serving = wanted.Serve
	a.couriers = nil
	var keys []string
	for _, m := range all {
		key := m.Key()
		keys = append(keys, key)
		m.opts.Dir, m.opts.Report = filepath.Join(dir, key), complain
		for _, n := range a.open {
			m.opts.Open = append(m.opts.Open, n)
		}
		a.couriers = append(a.couriers, courier{m.Name, delivery.NewCourier(&patient{m.to, &a.handing}, m.opts)})
	}
	if err := delivery.Sweep(dir, keys, time.Now()); err != nil {
		complain(err)
	}
	return nil
}

func (a *alerts) end(grace time.Duration) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	var all sync.WaitGroup
	for _, c := range a.couriers {
		all.Go(func() { c.Close(grace) })
	}
	all.Wait()
	a.couriers = nil
}

// tell passes a notice on to all receivers.
func (a *alerts) tell(n *live.Notice) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	n.Link = live.LinkTo(a.serving, n.Incident.ID)
	if a.open == nil {
		a.open, a.told = map[string]*live.Notice{}, map[live.Event]int64{}
	}
	a.told[n.Event]++
	a.open[n.ID] = n
	if n.Event == live.Ended {
		delete(a.open, n.ID)
	}
	a.recent = append(a.recent, n)
	a.recent = a.recent[max(len(a.recent)-recentMost, 0):]
	for _, c := range a.couriers {
		if !c.Found(n) {
			c.Send(n)
		}
	}
}

// know takes what a look found of the incidents that are open: after a restart they are known by it, and what is repeated and shown of
// them is of now.
func (a *alerts) know(open []live.Remembered, host string, now time.Time) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	for _, r := range open {
		n := &live.Notice{Event: live.Opened, Time: now, ID: r.ID, Incident: r.Incident, Host: host, Link: live.LinkTo(a.serving, r.Incident.ID)}
		if before := a.open[r.ID]; before != nil {
			n.Event, n.Before = before.Event, before.Before
		}
		if a.open == nil {
			a.open, a.told = map[string]*live.Notice{}, map[live.Event]int64{}
		}
		a.open[r.ID] = n
		for _, c := range a.couriers {
			c.Know(n)
		}
	}
}

// report fills in what is known of incidents and receivers.
func (a *alerts) report(to *telemetry.Snapshot) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	to.Notices = map[live.Event]int64{}
	for e, n := range a.told {
		to.Notices[e] = n
	}
	to.Open = latestFirst(a.open)
	to.Recent = append(to.Recent, a.recent...)
	for _, c := range a.couriers {
		to.Receivers = append(to.Receivers, telemetry.Receiver{Label: c.label, State: c.State()})
	}
}

// tell passes a notice on to everybody.
func (s *service) tell(n *live.Notice) {
	s.alerts.tell(n)
	s.show(n)
}
