package correlate

import (
	"context"
	"slices"

	"culprit/parser"
	"culprit/store"
)

// leaveAside looks no further at machines that are not affected, where others are: what they do says nothing of what broke elsewhere, and
// their good requests would dilute it. Databases and resolvers stay, wherever they run. What is drawn is still the whole (bringBack).
func (q *inquiry) leaveAside(ctx context.Context) error {
	if !q.fleet.divided() {
		return nil
	}
	hurt, well := q.fleet.in(affected), q.fleet.in(unaffected)
	aside := func(s *source) bool {
		named := func(m *machine) bool { return m.name == s.host }
		return slices.ContainsFunc(well, named) && !slices.ContainsFunc(hurt, named) && !servesOthers(s.daemon)
	}
	var without []string
	for _, s := range q.sources {
		if aside(s) {
			without = append(without, s.key)
		}
	}
	t, err := loadTraffic(ctx, q.store, slices.DeleteFunc(slices.Clone(q.sources), aside), q.traffic.span)
	if err != nil {
		return err
	}
	if len(t.edge) > 0 && len(t.edge) < len(q.traffic.edge) {
		q.traffic = t
	}
	q.present = slices.DeleteFunc(slices.Clone(q.present), aside)
	part := *q.engine
	part.store = partial{q.store, store.Filter{Key: store.BySource, Values: without, Not: true}}
	q.engine = &part
	return nil
}

// servesOthers reports whether a daemon may be what machines depend on that are not its own.
func servesOthers(d parser.Daemon) bool { return d == parser.MySQL || d == parser.Resolver }

// bringBack ends what leaveAside began.
func (q *inquiry) bringBack(whole *engine) { q.engine, q.traffic = whole, q.whole }

// partial is a store without some of its sources; its changes and measurements are all there.
type partial struct {
	Store
	but store.Filter
}

// Series, Top and Sample answer as the store does, of what is left.

func (p partial) Series(ctx context.Context, q store.Query, yield func(store.Point) error) error {
	return p.Store.Series(ctx, p.narrowed(q), yield)
}

func (p partial) Top(ctx context.Context, q store.Query) ([]store.Point, error) {
	return p.Store.Top(ctx, p.narrowed(q))
}

func (p partial) Sample(ctx context.Context, q store.Query) ([]store.Event, error) {
	return p.Store.Sample(ctx, p.narrowed(q))
}

func (p partial) narrowed(q store.Query) store.Query {
	q.Where = append(slices.Clone(q.Where), p.but)
	return q
}
