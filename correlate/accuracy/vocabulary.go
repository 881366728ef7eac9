package accuracy

// vocabulary is where new names come from: words that mean nothing to a gateway.
var vocabulary = []string{
	"acorn", "amber", "anchor", "apron", "aspen", "atlas", "badger", "bamboo", "barley", "basil", "beacon", "birch", "bison", "bramble",
	"bronze", "buckle", "butter", "cactus", "candle", "canyon", "cedar", "cherry", "cinder", "clover", "cobalt", "comet", "copper", "coral",
	"cotton", "cricket", "crystal", "cypress", "dahlia", "denim", "dune", "ember", "falcon", "fennel", "ferry", "flint", "fossil", "garnet",
	"ginger", "glacier", "granite", "harbor", "hazel", "heron", "honey", "indigo", "iris", "ivory", "jasper", "juniper", "kestrel", "lagoon",
	"lantern", "lark", "laurel", "lemon", "lilac", "linen", "lotus", "lupin", "magnet", "maple", "marble", "meadow", "mellow", "mint", "mosaic",
	"nectar", "nickel", "nutmeg", "oak", "olive", "onyx", "opal", "orchid", "otter", "paprika", "pebble", "pepper", "pigeon", "plum", "poplar",
	"prairie", "quartz", "quill", "raven", "reed", "ridge", "river", "rowan", "saffron", "sage", "salmon", "sequoia", "silver", "sorrel",
	"sparrow", "spruce", "sterling", "summit", "tansy", "teal", "thistle", "thyme", "topaz", "tulip", "tundra", "umber", "velvet", "violet",
	"walnut", "willow", "winter", "wren", "yarrow", "zephyr", "zinnia",
}

// common are the words that are nobody's own: of daemons and of file systems, of the web, of what scanners look for, and the keys and
// values of logs. They are never renamed.
var common = []string{
	"nginx", "apache", "httpd", "haproxy", "php", "fpm", "mysql", "mysqld", "mariadb", "mariadbd", "postgres", "redis", "firewall", "ufw", "iptables",
	"modsecurity", "logrotate", "dnsmasq", "kernel", "systemd", "cron", "slice",
	"db", "api", "web", "app", "apps", "svc", "service", "server", "worker", "gateway", "proxy", "edge", "lb", "fe", "be", "dns", "www", "public", "current", "releases",
	"usr", "var", "srv", "opt", "etc", "run", "lib", "log", "logs", "tmp", "home", "src", "includes", "vendor", "body", "slow", "error",
	"http", "https", "fastcgi", "unix", "index", "html", "htm", "json", "csv", "txt", "css", "js", "png", "jpg", "ico", "webp", "woff", "svg", "xml", "sock",
	"assets", "static", "img", "fonts", "main", "health", "healthz", "ping", "ready", "live",
	"com", "org", "net", "edu", "internal", "local", "lan", "test", "invalid", "example", "psp",
	"wp", "admin", "ajax", "login", "env", "git", "config", "xmlrpc", "phpmyadmin", "robots", "favicon", "apple", "touch", "icon", "content", "plugins",
	"file", "manager", "readme", "server-status", "cgi", "bin",
	"status", "time", "level", "request", "method", "path", "url", "uri", "host", "bytes", "msg", "pid", "version", "client", "upstream", "info", "warn",
	"get", "post", "timeline", "deploys", "load", "sar", "access",
}
