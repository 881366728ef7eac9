package parser

import "testing"

// TestDeploys reads change timelines under the names that tools use, and leaves log lines alone.
func TestDeploys(t *testing.T) {
	f := tells(t)
	f(`{"time": "2026-11-21T07:10:38.194Z", "kind": "deploy", "service": "orders-api", "version": "1.9.0", "summary": "orders-api 1.9.0: price list", "actor": "ci"}`,
		`change deploys-jsonl timeline 2026-11-21T07:10:38.194Z Message=orders-api 1.9.0: price list Change=&{deploy orders-api 1.9.0 orders-api 1.9.0: price list ci}`)
	f(`{"timestamp":1795241580,"type":"rollback","app":"shop","tag":"v2","message":"rolled back","user":"bob"}`,
		`change deploys-jsonl timeline 2026-11-21T06:13:00Z Message=rolled back Change=&{deploy shop v2 rolled back bob}`)
	f(`{"date":"2026-11-21 06:13:00","component":"nginx","title":"hardening","author":"ansible","event_type":"config_change","revision":"abc"}`,
		`change deploys-jsonl timeline 2026-11-21T06:13:00 Message=hardening Change=&{config nginx abc hardening ansible}`)
	f(`{"at":"2026-11-21T06:13:00Z","kind":"Feature Flag","service":"shop","summary":"new-cart on"}`,
		`change deploys-jsonl timeline 2026-11-21T06:13:00Z Message=new-cart on Change=&{feature-flag shop  new-cart on }`)
	f(`{"at":"2026-11-21T06:13:00Z","service":"shop","version":"1.2"}`,
		`change deploys-jsonl timeline 2026-11-21T06:13:00Z Change=&{deploy shop 1.2  }`)
	f(`{"time":"2026-11-21T06:13:00Z","level":"info","msg":"deploy","kind":"deploy","service":"x"}`,
		`message app-json app info 2026-11-21T06:13:00Z Message=deploy Program=x`)
	f(`{"time":"2026-11-21T06:13:00Z","msg":"starting","service":"x","version":"1"}`,
		`message app-json app 2026-11-21T06:13:00Z Message=starting Program=x`)
}

// TestLoadCSV reads load tables, long and wide.
func TestLoadCSV(t *testing.T) {
	f := tells(t)
	f(`time,host,metric,value
2026-11-21T07:10:03Z,shop-web1,cpu_percent,1.46
2026-11-21T07:10:03Z,shop-web1,load1,0.15
2026-11-21T07:10:05Z,shop-web1,load1,
2026-11-21T07:10:05Z,shop-web1,load1,x`,
		"sample load-csv timeline 2026-11-21T07:10:03Z Sample=&{shop-web1 cpu_percent 1.46}\nsample load-csv timeline 2026-11-21T07:10:03Z Sample=&{shop-web1 load1 0.15}\nunparsed  ")
	f(`value;metric;timestamp
12,5;cpu;1795241580
12.5;cpu;1795241580`,
		`unparsed  
sample load-csv timeline 2026-11-21T06:13:00Z Sample=&{ cpu_percent 12.5}`)
	f(`timestamp,hostname,cpu,mem,"Load 1",note
1795241580,web1,10,20.5,0.1,abc
1795241590,web1,11,,,
2026-11-21T06:13:00Z,web2,12,22,`,
		`sample load-csv timeline 2026-11-21T06:13:00Z Sample=&{web1 cpu_percent 10}
sample load-csv timeline 2026-11-21T06:13:00Z Sample=&{web1 mem_used_percent 20.5}
sample load-csv timeline 2026-11-21T06:13:00Z Sample=&{web1 load1 0.1}
sample load-csv timeline 2026-11-21T06:13:10Z Sample=&{web1 cpu_percent 11}
sample load-csv timeline 2026-11-21T06:13:00Z Sample=&{web2 cpu_percent 12}
sample load-csv timeline 2026-11-21T06:13:00Z Sample=&{web2 mem_used_percent 22}`)
	f(`2026-11-21T07:10:03Z,shop-web1,cpu_percent,1.46`,
		`sample load-csv timeline 2026-11-21T07:10:03Z Sample=&{shop-web1 cpu_percent 1.46}`)
	f(`a,b,c
1,2,3`,
		"unparsed  \nunparsed  ")
}
