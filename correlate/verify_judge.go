package correlate

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// What is taken for as before, and what for a change of shape.
const (
	// slack is how many more requests may fail than before, as a share, before it is held against a fix.
	slackShare = 0.002
	// goneShare is the part of the usual traffic below which clients are taken to have gone away.
	goneShare = 0.2
	// leastCompared is how many requests a comparison of durations or sizes rests on.
	leastCompared = 30
	// stillSaid is the part of the messages a minute during an incident that may not go on after it.
	stillSaid = 0.25
)

// judge finds the outcome. Failures that go on count most, then what took their place, then whether enough was seen.
func (v *verifying) judge() {
	if v.scope.blind {
		v.judgeMessages()
		return
	}
	failing := v.failures()
	told := v.out.Reasons
	v.out.Reasons = []string{}
	var shifted []string
	for _, look := range []func() string{v.traffic, v.aborts, v.refusals, v.redirects, v.pages, v.latency, v.messages} {
		if why := look(); why != "" {
			shifted = append(shifted, why)
		}
	}
	if failing == "open" && len(shifted) > 0 {
		told = nil // it is not as before, whatever the failures will do
	}
	v.out.Reasons = append(append([]string{}, told...), shifted...)
	switch {
	case failing == "not-fixed":
		v.out.Outcome = NotFixed
	case failing == "changed" || len(shifted) > 0:
		v.out.Outcome = ChangedShape
	case failing == "open":
		v.out.Outcome = TooEarly
	default:
		v.out.Outcome = Fixed
	}
	if v.out.Outcome != TooEarly {
		v.out.Needs = nil
	}
}

// tolerance is the share of failures that passes for as before: about what there was, no less than what the time before can tell or than
// a small part of what there was during the incident.
func tolerance(was, hurt int64, wasAll, hurtAll int64) float64 {
	usual := 0.0
	high := slackShare
	if wasAll > 0 {
		usual = float64(was) / float64(wasAll)
		_, high = wilson(was, wasAll)
	}
	t := max(2*usual, usual+slackShare, min(high, usual+0.02))
	if hurtAll > 0 {
		t = max(t, usual+min(0.02, float64(hurt)/float64(hurtAll)/40))
		t = min(t, max(float64(hurt)/float64(hurtAll)/4, usual+slackShare/2))
	}
	return t
}

// failures compares failures: "not-fixed", "changed" (others than during the incident), "open" or "back".
func (v *verifying) failures() string {
	was, hurt, now := v.was.of(v.failing), v.hurt.of(v.failing), v.now.of(v.failing)
	limit := tolerance(was, hurt, v.was.total, v.hurt.total)
	low, high := wilson(now, v.now.total)
	state := "back"
	switch {
	case now >= minFailures && low > limit:
		state = "not-fixed"
	case high > limit:
		state = "open"
	}
	v.add("failures", "%", v.percent(was, &v.was), v.percent(hurt, &v.hurt), v.percent(now, &v.now), map[string]string{"not-fixed": "off", "open": "open", "back": "back"}[state])
	switch state {
	case "not-fixed":
		before, after := v.mix(&v.hurt), v.mix(&v.now)
		if v.strange() {
			v.because("requests still fail, in another way: now with %s, during the incident with %s", after, before)
			return "changed"
		}
		v.because("%s of the requests still fail (%s); before the incident it was %s, during it %s", share(now, v.now.total), after, share(was, v.was.total), share(hurt, v.hurt.total))
	case "open":
		v.need(limit, now)
	case "back":
		v.because("%s of %d requests failed after the fix; before the incident it was %s, during it %s", share(now, v.now.total), v.now.total, share(was, v.was.total), share(hurt, v.hurt.total))
	}
	return state
}

// strange reports whether most failures now are of statuses that hardly occurred during the incident.
func (v *verifying) strange() bool {
	hurt, now := &v.hurt, &v.now
	all, then := now.of(v.failing), hurt.of(v.failing)
	var foreign int64
	for status, n := range now.byStatus {
		if v.failing(status) && 10*hurt.byStatus[status] < then {
			foreign += n
		}
	}
	return 2*foreign > all
}

// need says how much more is to be seen until the share of failures could be told from the limit, if no more fail.
func (v *verifying) need(limit float64, failed int64) {
	n := max(v.now.total, 1)
	for range 60 {
		if _, high := wilson(failed, n); high <= limit {
			break
		}
		n += max(n/4, 10)
	}
	more := n - v.now.total
	v.out.Needs = &Needs{Requests: more}
	text := fmt.Sprintf("%d of %d requests failed after the fix; that is too few requests to be sure. If %d more pass without a failure, no more than %.2g %% fail, which counts as before the incident", failed, v.now.total, more, 100*limit)
	if rate := v.now.perMinute(v.now.total); rate > 0 {
		v.out.Needs.Seconds = int64(math.Ceil(60 * float64(more) / rate))
		text += fmt.Sprintf("; at the present rate that takes about %s", spanText(v.out.Needs.Seconds))
	}
	v.because("%s", text)
}

// traffic asks whether clients still come.
func (v *verifying) traffic() string {
	usual, now := v.was.perMinute(v.was.total), v.now.perMinute(v.now.total)
	verdict := "back"
	gone := usual > 0 && now < goneShare*usual && usual/60*float64(v.now.seconds()) >= leastCompared
	if gone {
		verdict = "off"
	}
	v.add("requests", "per minute", rate(&v.was, v.was.total), rate(&v.hurt, v.hurt.total), rate(&v.now, v.now.total), verdict)
	if !gone {
		return ""
	}
	return fmt.Sprintf("the traffic is gone: %.0f requests a minute instead of %.0f; nobody can say that those who do not come are served", now, usual)
}

func (v *verifying) aborts() string {
	return v.instead("aborted by clients", isAbort, "clients now go away before they get an answer (%s of the requests, %s before the incident): they wait where they used to get an error")
}

func (v *verifying) refusals() string {
	return v.instead("refused (4xx)", isRefusal, "requests are now refused with a 4xx (%s of them, %s before the incident)")
}

func (v *verifying) redirects() string {
	return v.instead("redirected", isRedirect, "requests are now sent elsewhere by a redirect (%s of them, %s before the incident)")
}

// instead compares a kind of answer that may have taken the place of the errors.
func (v *verifying) instead(name string, pick func(string) bool, text string) string {
	other := func(status string) bool { return pick(status) && !v.failing(status) }
	was, hurt, now := v.was.of(other), v.hurt.of(other), v.now.of(other)
	if was+hurt+now == 0 {
		return ""
	}
	usual := 0.0
	if v.was.total > 0 {
		usual = float64(was) / float64(v.was.total)
	}
	_, high := wilson(was, v.was.total)
	low, _ := wilson(now, v.now.total)
	more := now >= minFailures && low > max(2*usual, usual+0.02) && (v.was.total == 0 || low > min(high, usual+0.1))
	verdict := "back"
	if more {
		verdict = "off"
	}
	v.add(name, "%", v.percent(was, &v.was), v.percent(hurt, &v.hurt), v.percent(now, &v.now), verdict)
	if !more {
		return ""
	}
	return fmt.Sprintf(text, share(now, v.now.total), share(was, v.was.total))
}

// pages asks whether what is answered with 200 still is what it was: an error page with a 200 is far smaller, and the same everywhere.
func (v *verifying) pages() string {
	var compared, off int64
	worst, worstCount := "", int64(0)
	var sizes [2]float64
	for _, name := range sortedKeys(v.now.pages) {
		now, was := v.now.pages[name], v.was.pages[name]
		if was == nil || was.count < 5 || now.count < 3 || was.bytes == 0 {
			continue
		}
		before, after := float64(was.bytes)/float64(was.count), float64(now.bytes)/float64(now.count)
		compared += now.count
		if after > before/2.5 || before-after < 256 {
			continue
		}
		off += now.count
		if now.count > worstCount {
			worst, worstCount, sizes = name, now.count, [2]float64{before, after}
		}
	}
	if compared < leastCompared {
		return ""
	}
	if 3*off < compared {
		return ""
	}
	v.add("size of "+worst, "bytes", &sizes[0], nil, &sizes[1], "off")
	return fmt.Sprintf("answers with 200 are far smaller than before: %s has %.0f bytes instead of %.0f; it may be an error page", worst, sizes[1], sizes[0])
}

// latency asks whether requests that go well are as quick as before.
func (v *verifying) latency() string {
	why := ""
	for _, q := range []struct {
		name    string
		at      float64
		ratio   float64
		atLeast int64 // µs more than before
	}{{"median duration", 0.5, 2.5, 100_000}, {"95th percentile of durations", 0.95, 4, 1_000_000}} {
		was, now := quantile(&v.was, q.at), quantile(&v.now, q.at)
		if now == nil && was == nil {
			continue
		}
		verdict := "back"
		switch {
		case was == nil || now == nil:
			verdict = "open"
		case *now > q.ratio**was && *now-*was > float64(q.atLeast)/1000:
			verdict = "off"
			if why == "" {
				why = fmt.Sprintf("requests that go well are slow: %s %s instead of %s", q.name, human(int64(*now*1000)), human(int64(*was*1000)))
			}
		}
		v.add(q.name, "ms", was, quantile(&v.hurt, q.at), now, verdict)
	}
	return why
}

// messages asks whether gateways go on to complain though requests no longer fail: then something hides the failures.
func (v *verifying) messages() string {
	was, hurt, now := v.was.said(), v.hurt.said(), v.now.said()
	if was+hurt+now == 0 {
		return ""
	}
	loud, title := v.loud()
	off := loud > 0
	verdict := "back"
	if off {
		verdict = "off"
	}
	v.add("complaints of gateways", "per minute", rate(&v.was, was), rate(&v.hurt, hurt), rate(&v.now, now), verdict)
	if !off {
		return ""
	}
	return fmt.Sprintf("gateways still log errors, %.0f times a minute: %s", v.now.perMinute(loud), title)
}

// loud counts the messages after the fix that neither the time before lets expect nor went back far from what they were during the incident,
// with the title of the most frequent.
func (v *verifying) loud() (all int64, title string) {
	var most int64
	for _, id := range sortedKeys(v.now.messages) {
		n := v.now.messages[id]
		expected := v.was.perMinute(v.was.messages[id]) / 60 * float64(v.now.seconds())
		then := v.hurt.perMinute(v.hurt.messages[id])
		if n < minFailures || float64(n) < 3*expected+3*math.Sqrt(expected) || v.now.perMinute(n) < stillSaid*then {
			continue
		}
		if all += n; n > most {
			most, title = n, id
		}
	}
	if s := v.rules.Signature(title); s != nil {
		title = s.Title
	}
	return all, title
}

// judgeMessages judges where no log tells of requests.
func (v *verifying) judgeMessages() {
	was, hurt, now := v.was.said(), v.hurt.said(), v.now.said()
	limit := max(stillSaid/5*v.hurt.perMinute(hurt), 2*v.was.perMinute(was))
	expected := limit / 60 * float64(v.now.seconds())
	verdict := "back"
	switch {
	case now >= minFailures && float64(now) > 2*expected:
		v.out.Outcome, verdict = NotFixed, "off"
		v.because("gateways still log %.0f errors a minute; during the incident it was %.0f", v.now.perMinute(now), v.hurt.perMinute(hurt))
	case expected < 3 || float64(now) > expected:
		v.out.Outcome, verdict = TooEarly, "open"
		if limit > 0 {
			more := int64(math.Ceil(60*max(3, 1.5*float64(now))/limit)) - v.now.seconds()
			v.out.Needs = &Needs{Seconds: max(more, 60)}
			v.because("gateways have logged no more than usual, but not for long enough to be sure: wait %s more", spanText(v.out.Needs.Seconds))
		} else {
			v.because("no gateway complained during the incident: there is nothing to compare with")
		}
	default:
		v.out.Outcome = Fixed
		v.because("errors that gateways logged in the %[2]s after the fix: %[1]d; during the incident it was %[3].0f a minute", now, spanText(v.now.seconds()), v.hurt.perMinute(hurt))
	}
	v.add("complaints of gateways", "per minute", rate(&v.was, was), rate(&v.hurt, hurt), rate(&v.now, now), verdict)
}

func (v *verifying) because(format string, args ...any) {
	v.out.Reasons = append(v.out.Reasons, fmt.Sprintf(format, args...))
}

func (v *verifying) add(name, unit string, before, during, after *float64, verdict string) {
	v.out.Measures = append(v.out.Measures, VerifyMeasure{Name: name, Unit: unit, Before: before, During: during, After: after, Verdict: verdict})
}

// percent is n of a passage's requests, nil where there were none.
func (v *verifying) percent(n int64, p *passage) *float64 {
	if p.total == 0 {
		return nil
	}
	share := 100 * float64(n) / float64(p.total)
	return &share
}

// rate is n a minute, nil for a passage that is empty.
func rate(p *passage, n int64) *float64 {
	if p.empty() {
		return nil
	}
	r := p.perMinute(n)
	return &r
}

// quantile of the durations in ms, nil where too few are known.
func quantile(p *passage, at float64) *float64 {
	if p.durations.Count() < leastCompared {
		return nil
	}
	ms := float64(p.durations.Quantile(at)) / 1000
	return &ms
}

// mix names the statuses of the errors, the most frequent first.
func (v *verifying) mix(p *passage) string {
	var statuses []string
	for _, s := range sortedKeys(p.byStatus) {
		if v.failing(s) && 20*p.byStatus[s] >= p.of(v.failing) {
			statuses = append(statuses, s)
		}
	}
	slices.SortStableFunc(statuses, func(a, b string) int { return int(p.byStatus[b] - p.byStatus[a]) })
	return strings.Join(statuses[:min(len(statuses), 3)], ", ")
}

func share(n, all int64) string {
	if all == 0 {
		return "unknown"
	}
	if percent := 100 * float64(n) / float64(all); percent < 10 {
		return fmt.Sprintf("%.2g %%", percent)
	}
	return fmt.Sprintf("%.0f %%", 100*float64(n)/float64(all))
}

// spanText writes seconds for people.
func spanText(seconds int64) string {
	switch {
	case seconds < 120:
		return fmt.Sprintf("%d s", seconds)
	case seconds < 7200:
		return fmt.Sprintf("%d min", (seconds+59)/60)
	}
	return fmt.Sprintf("%.1f h", float64(seconds)/3600)
}
