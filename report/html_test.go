package report

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"culprit/correlate"
)

func pageOf(t testing.TB, r *correlate.Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := HTML(&b, r, HTMLOptions{}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// embedded are the parts of a page that are ours and the same in all: they would only make golden files long.
var embedded = regexp.MustCompile(`(?s)<style>.*?</style>|<script>.*?</script>|'sha256-[^']*'|&#39;sha256-.*?&#39;`)

func TestHTMLGolden(t *testing.T) {
	f := func(name string, r *correlate.Report) {
		t.Helper()
		got, path := embedded.ReplaceAllString(pageOf(t, r), "<!-- ours -->"), filepath.Join("testdata", name+".html")
		if *update {
			if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), got); diff != "" {
			t.Errorf("%s (-want +got; go test ./report -update after looking at it):\n%s", name, diff)
		}
	}
	f("sure", sample())
	f("unknown", ignorance(sample()))
	f("several", several())
	f("healthy", healthy())
}

func TestHTMLKeepsHostileTextAsText(t *testing.T) {
	const attack = `</script></textarea></style><script>alert(1)</script><img src=x onerror=alert(1)>"'><svg onload=alert(1)>{{.}}javascript:alert(1)<!--` + hostile
	r := mapped(sample(), func(string, string) string { return attack })
	r.Incidents[0].Timeline[9].ByStatus = map[string]int64{attack: 5}
	r.Incidents[0].Requests.ByStatus = map[string]int64{attack: 5}
	got := pageOf(t, r)
	f := func(what string, n, want int) {
		t.Helper()
		if n != want {
			t.Errorf("%s: %d, want %d", what, n, want)
		}
	}
	plain := pageOf(t, sample())
	for _, tag := range []string{"<script", "</script", "<style", "</textarea", "<img", "onerror=alert(1)>", "<!--"} {
		want := strings.Count(plain, tag)
		f(tag, strings.Count(got, tag), want)
	}
	for _, r := range got {
		if r != '\n' && r != '\t' && unicode.Is(unicode.Cc, r) || unseen(r) {
			t.Fatalf("%U in the page", r)
		}
	}
}

func TestHTMLAllowsOnlyItself(t *testing.T) {
	got := pageOf(t, sample())
	style := regexp.MustCompile(`(?s)<style>(.*?)</style>`).FindStringSubmatch(got)
	script := regexp.MustCompile(`(?s)<script>(.*?)</script>`).FindStringSubmatch(got)
	if style == nil || script == nil {
		t.Fatal("no style or script")
	}
	policy := strings.ReplaceAll(regexp.MustCompile(`Content-Security-Policy" content="([^"]*)"`).FindStringSubmatch(got)[1], "&#39;", "'")
	policy = strings.ReplaceAll(policy, "&#43;", "+")
	want := "default-src 'none'; style-src " + digest(style[1]) + "; script-src " + digest(script[1]) + "; base-uri 'none'; form-action 'none'"
	if policy != want {
		t.Errorf("policy %q, want %q", policy, want)
	}
	for _, bad := range []string{` style="`, ` src="`, ` href="http`, "<link", "@import", "url("} {
		if strings.Contains(got, bad) {
			t.Errorf("%q in the page", bad)
		}
	}
}

func TestHTMLStaysSmall(t *testing.T) {
	huge := strings.Repeat("x<&\"", 1<<18)
	r := several()
	for range 12 {
		r.Incidents = append(r.Incidents, several().Incidents...)
	}
	for i := range r.Incidents {
		in := &r.Incidents[i]
		for range 9 {
			in.Hypotheses[0].EvidenceFor = append(in.Hypotheses[0].EvidenceFor, correlate.EvidenceItem{Kind: "log", Text: huge, Source: "a.log:1", Excerpt: huge})
		}
	}
	for i := range 5000 {
		r.Inputs = append(r.Inputs, correlate.Input{Path: fmt.Sprintf("host-%d/var/log/nginx/access.log", i), Format: "nginx-access", Lines: 10, Parsed: 10})
		r.Notes = append(r.Notes, huge)
		r.Incidents[0].Changes = append(r.Incidents[0].Changes, correlate.ChangeVerdict{Time: at("06:13:00"), Kind: "deploy", Summary: huge, Verdict: "acquitted", Why: huge})
	}
	if got := len(pageOf(t, r)); got > 1_500_000 {
		t.Errorf("%d bytes", got)
	}
}

// TestHTMLFacts looks for what a page must say.
func TestHTMLFacts(t *testing.T) {
	got := pageOf(t, sample())
	f := func(want string) {
		t.Helper()
		if !strings.Contains(got, want) {
			t.Errorf("no %q", want)
		}
	}
	f(`<h2 id="verdict-1">The database is slow or locked <span class="sure">slow-database, 83` + glue + `%` + glue + `sure</span></h2>`)
	f("<strong>731</strong> of 2,211 (33" + glue + "%)")
	f(`<code>app/slow.log.gz:17</code>`)
	f("query() fetch_all()")
	f("the database&#39;s slow log")
	f("504 Gateway Timeout")
	f(`broken</span><span class="node">mariadb</span>`)
	f("mysql -e &#39;kill ID&#39;")
	f(`<tr class="blamed"><td class="num">2</td><td>06:12:58</td>`)
	f("17: ?? what is this")
	f(`id="table-1"`)
	f("# The database is slow or locked")
	if n := len(regexp.MustCompile(`<h1[ >]`).FindAllString(got, -1)); n != 1 {
		t.Errorf("%d first headings", n)
	}
	if levels := headings(got); levels != "" {
		t.Error(levels)
	}
}

// headings says where a level of headings is left out.
func headings(page string) string {
	before := 0
	for _, m := range regexp.MustCompile(`<h([1-6])[ >]`).FindAllStringSubmatch(page, -1) {
		level := int(m[1][0] - '0')
		if level > before+1 {
			return fmt.Sprintf("a heading of level %d follows one of level %d", level, before)
		}
		before = level
	}
	return ""
}

func TestFailuresByStatus(t *testing.T) {
	point := func(failed int64, by map[string]int64) correlate.TimelinePoint {
		return correlate.TimelinePoint{Time: time.Unix(0, 0), Total: 100, Failed: failed, ByStatus: by}
	}
	f := func(points []correlate.TimelinePoint, want string) {
		t.Helper()
		var got []string
		for _, s := range failures(points) {
			got = append(got, fmt.Sprint(s.Name, s.Values))
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("%s, want %s", s, want)
		}
	}
	f([]correlate.TimelinePoint{point(0, nil)}, "")
	f([]correlate.TimelinePoint{point(3, nil), point(0, nil)}, "failed[3 0]")
	f([]correlate.TimelinePoint{point(3, map[string]int64{"502": 3}), point(9, map[string]int64{"504": 9})}, "504[0 9] 502[3 0]")
	f([]correlate.TimelinePoint{point(5, map[string]int64{"0": 3})}, "no answer[3] failed[2]")
	f([]correlate.TimelinePoint{point(21, map[string]int64{"500": 6, "501": 5, "502": 4, "503": 3, "504": 2, "505": 1})}, "500[6] 501[5] 502[4] 503[3] failed[3]")
}
