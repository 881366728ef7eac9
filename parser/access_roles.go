package parser

// assign says for each token of p what it stands for, by its name or else by its looks and its place.
func (p *shape) assign(behind bool) {
	r := roles{shape: p, behind: behind, status: -1}
	for i := range p.tokens {
		t := &p.tokens[i]
		t.field, t.unit = fieldSkip, unitUnknown
		if name := t.name(); name != nil {
			t.field, t.unit = namedField(name, t.stats)
			r.has[t.field] = true
		}
		t.open, t.dated = t.stats.open(), t.stats.seen(classCLF|classISO) > 0
	}
	if !behind {
		r.placeTime()
		r.placeRequest()
		r.placeClient()
		r.placeStatus()
		r.placeAgent()
	}
	r.placeUpstream()
	r.placeDurations()
	r.guessUnits()
	p.daemon = r.daemon()
	p.accepted = behind || r.isAccess()
}

// roles is the state of one assignment.
type roles struct {
	*shape
	has    [fieldMessage + 1]bool
	behind bool
	status int // the token that is the status; -1: it is known otherwise
}

// free reports whether token i has neither name nor role.
func (r *roles) free(i int) bool {
	t := &r.tokens[i]
	return t.field == fieldSkip && t.name() == nil
}

func (r *roles) set(i int, f accessField) {
	r.tokens[i].field = f
	r.has[f] = true
}

// first gives the field to the first free token from index from on whose values are mostly of the class, and returns its
// index, -1 if there is none.
func (r *roles) first(from int, class valueClass, f accessField) int {
	for i := max(from, 0); i < len(r.tokens); i++ {
		if r.free(i) && r.tokens[i].stats.mostly(class) {
			r.set(i, f)
			return i
		}
	}
	return -1
}

// placeTime finds the moment; of several the one that tells most.
func (r *roles) placeTime() {
	best := -1
	for i := range r.tokens {
		t := &r.tokens[i]
		if t.field != fieldTime && !r.free(i) || !t.stats.mostly(classTime) {
			if t.field == fieldTime {
				t.field = fieldSkip
			}
			continue
		}
		t.field, t.unit = fieldSkip, int64(t.stats.timeStyle())
		if best < 0 || t.stats.timeStyle() > r.tokens[best].stats.timeStyle() {
			best = i
		}
	}
	r.has[fieldTime] = best >= 0
	if best >= 0 {
		r.tokens[best].field = fieldTime
	}
}

// timeStyle returns the class of the moments seen. Later classes tell more.
func (t *tokenStats) timeStyle() valueClass {
	for _, class := range [...]valueClass{classEpoch, classISO} {
		if t.mostly(class) {
			return class
		}
	}
	return classCLF
}

// placeRequest finds the request line, or method and path apart.
func (r *roles) placeRequest() {
	if !r.has[fieldRequest] && !r.has[fieldPath] {
		for i := range r.tokens {
			s := r.tokens[i].stats
			if r.free(i) && s.seen(classRequest)*2 >= s.n-s.missing && s.seen(classRequest) > 0 {
				r.set(i, fieldRequest)
				return
			}
		}
	}
	if r.has[fieldRequest] {
		return
	}
	from := 0
	if !r.has[fieldMethod] {
		from = r.first(0, classMethod, fieldMethod)
	}
	if !r.has[fieldPath] && (from >= 0 || r.has[fieldMethod]) {
		r.first(from, classPath|classURL, fieldPath)
	}
	if !r.has[fieldProtocol] {
		r.first(0, classProtocol, fieldProtocol)
	}
}

// placeClient finds the client's address and the virtual host. An address with port is the client's if it stands before the
// request.
func (r *roles) placeClient() {
	if !r.has[fieldClient] && r.first(0, classAddress, fieldClient) < 0 {
		for i := 0; i < len(r.tokens) && !r.tokens[i].field.isRequest(); i++ {
			if r.free(i) && r.tokens[i].stats.mostly(classUpstream) {
				r.set(i, fieldClient)
				break
			}
		}
	}
	if !r.has[fieldVHost] {
		r.first(0, classDomain, fieldVHost)
	}
}

// placeStatus finds status, size and the upstream's status. A second status is the upstream's where it is mostly the same.
func (r *roles) placeStatus() {
	request := -1
	r.status = -1
	for i := range r.tokens {
		switch f := r.tokens[i].field; {
		case f.isRequest():
			request = i
		case f == fieldStatus:
			r.status = i
		}
	}
	if r.status < 0 {
		r.status = r.first(request, classStatus, fieldStatus)
	}
	if r.status < 0 {
		r.status = r.first(0, classStatus, fieldStatus)
	}
	if r.status < 0 {
		return
	}
	for i := r.status + 1; i < len(r.tokens); i++ {
		t := &r.tokens[i]
		switch {
		case !r.free(i):
		case !r.has[fieldUpstreamStatus] && t.stats.mostly(classStatus) && r.repeatsStatus(t.stats):
			r.set(i, fieldUpstreamStatus)
		case !r.has[fieldBytes] && t.close == r.tokens[r.status].close && t.stats.mostly(classInteger):
			r.set(i, fieldBytes)
		}
	}
}

// repeatsStatus reports whether a token's numbers are mostly those of the status.
func (r *roles) repeatsStatus(t *tokenStats) bool {
	status := &r.statuses
	if r.status >= 0 {
		status = r.tokens[r.status].stats
	}
	same, both := t.equals(status)
	return both > 0 && same*4 >= both*3
}

// placeAgent finds the user agent: the last text that looks like one.
func (r *roles) placeAgent() {
	if r.has[fieldAgent] {
		return
	}
	for i := len(r.tokens) - 1; i >= 0; i-- {
		s := r.tokens[i].stats
		if r.free(i) && s.seen(classAgent)*2 > s.n-s.missing && s.seen(classAgent) > 0 {
			r.set(i, fieldAgent)
			return
		}
	}
}

// placeUpstream finds the upstream's address, and behind the combined format its status and forwarded addresses.
func (r *roles) placeUpstream() {
	if !r.has[fieldUpstream] && !r.has[fieldUpstreamOrAgent] && r.first(r.status, classUpstream, fieldUpstream) < 0 {
		r.first(0, classUpstream, fieldUpstream)
	}
	if !r.behind {
		return
	}
	for i := range r.tokens {
		t := &r.tokens[i]
		switch {
		case !r.free(i):
		case !r.has[fieldUpstreamStatus] && t.stats.mostly(classStatus) && r.repeatsStatus(t.stats):
			r.set(i, fieldUpstreamStatus)
		case t.stats.mostly(classAddress):
			r.set(i, fieldForwarded)
		case !r.has[fieldVHost] && t.stats.mostly(classDomain):
			r.set(i, fieldVHost)
		}
	}
}

// isAccess reports whether the parts were found without which a line is no access log's.
func (r *roles) isAccess() bool {
	if r.has[fieldLevel] || r.has[fieldMessage] || !r.has[fieldTime] || !r.has[fieldStatus] {
		return false
	}
	for i := range r.tokens {
		if r.free(i) && r.tokens[i].stats.mostly(classLevel) {
			return false
		}
	}
	return (r.has[fieldRequest] || r.has[fieldPath]) && (r.has[fieldClient] || r.isProxied())
}

// isProxied reports whether the log tells of an upstream.
func (r *roles) isProxied() bool {
	return r.has[fieldUpstream] || r.has[fieldUpstreamStatus] || r.has[fieldResponse] || r.has[fieldConnect] || r.has[fieldHeader]
}

// daemon tells who writes such lines: only nginx's log knows of the upstream, only Apache's counts in whole numbers, and
// behind the combined format only nginx's prints seconds with three decimals.
func (r *roles) daemon() Daemon {
	if r.isProxied() || r.has[fieldUpstreamOrAgent] {
		return Nginx
	}
	for i := range r.tokens {
		t := &r.tokens[i]
		switch {
		case t.field == fieldDuration && t.stats.mostly(classInteger) && (t.unit == unitMicros || t.name() == nil):
			return Apache
		case t.field == fieldDuration && t.stats.mostly(classThousand) && r.behind:
			return Nginx
		}
	}
	return AnyWeb
}
