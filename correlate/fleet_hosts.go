package correlate

import (
	"fmt"
	"slices"
	"strings"
)

// nameHosts tells which machine every source comes from: the folder that holds its logs where several folders hold the same ones
// (logs/web1/nginx/access.log beside logs/web2/nginx/access.log), else the host of its envelope. Where neither tells, host stays empty.
func nameHosts(sources []*source) {
	for _, tree := range hostTrees(sources) {
		for _, s := range sources {
			if s.host == "" && tree.holds(s) {
				s.host, s.zone = tree.host, tree.zone
			}
		}
	}
	for _, s := range sources {
		if s.host == "" {
			s.host = s.Host
		}
		if _, domain, found := strings.Cut(s.host, "."); found && s.zone == "" && strings.Trim(s.host, "0123456789.") != "" {
			s.zone = domain
		}
	}
	tellApart(sources)
}

// tellApart puts the host in front of paths that are the same on several: those of logs that every host sends to one cluster.
func tellApart(sources []*source) {
	hosts := map[string][]string{}
	for _, s := range sources {
		if s.host != "" && !slices.Contains(hosts[s.Path], s.host) {
			hosts[s.Path] = append(hosts[s.Path], s.host)
		}
	}
	for _, s := range sources {
		if s.host != "" && len(hosts[s.Path]) > 1 {
			s.Path = s.host + ":" + s.Path
		}
	}
}

// hostTree is a folder that holds what one machine logged.
type hostTree struct {
	folders    []string
	host, zone string
}

func (t *hostTree) holds(s *source) bool {
	folders, _ := foldersOf(s.Path)
	return len(folders) >= len(t.folders) && slices.Equal(folders[:len(t.folders)], t.folders)
}

// hostTrees finds the folders of machines, outer ones first: a machine holds folders for its sites, and not the other way round.
func hostTrees(sources []*source) []hostTree {
	var trees []hostTree
	for _, group := range siblings(sources) {
		at, zoned := hostFolder(group)
		if at < 0 {
			continue
		}
		for _, folders := range group {
			tree := hostTree{folders: folders[:at+1], host: unpacked(folders[at])}
			if zoned {
				tree.zone = unpacked(folders[at-1])
			}
			if !slices.ContainsFunc(trees, func(o hostTree) bool { return slices.Equal(o.folders, tree.folders) }) {
				trees = append(trees, tree)
			}
		}
	}
	slices.SortStableFunc(trees, func(a, b hostTree) int { return len(a.folders) - len(b.folders) })
	return trees
}

// siblings groups the folders of access logs that have the same name and lie equally deep: the copies of one daemon's log on several
// machines.
func siblings(sources []*source) [][][]string {
	groups := map[string][][]string{}
	for _, s := range sources {
		if s.requests == 0 || layer(s.daemon) == 0 {
			continue
		}
		folders, name := foldersOf(s.Path)
		stem, _, _ := strings.Cut(name, ".")
		key := fmt.Sprintf("%d %d %s", s.daemon, len(folders), stem)
		if !slices.ContainsFunc(groups[key], func(known []string) bool { return slices.Equal(known, folders) }) {
			groups[key] = append(groups[key], folders)
		}
	}
	var several [][][]string
	for _, key := range sortedKeys(groups) {
		if len(groups[key]) > 1 {
			several = append(several, groups[key])
		}
	}
	return several
}

// hostFolder finds at which depth folders of a group are named by machine: the innermost at which they differ and no name occurs below
// two folders, as those of sites or daemons do. zoned says that the folders around them differ, too. It is -1 where they do not differ.
func hostFolder(group [][]string) (at int, zoned bool) {
	differ := func(i int) bool {
		return slices.ContainsFunc(group, func(folders []string) bool { return folders[i] != group[0][i] })
	}
	at = -1
	for i := range group[0] {
		if !differ(i) {
			continue
		}
		if at < 0 || nested(group, i) {
			at = i
		}
	}
	return at, at > 0 && differ(at-1)
}

// nested reports whether every name at a depth lies in one folder only.
func nested(group [][]string, at int) bool {
	around := map[string][]string{}
	for _, folders := range group {
		if known, ok := around[folders[at]]; ok && !slices.Equal(known, folders[:at]) {
			return false
		}
		around[folders[at]] = folders[:at]
	}
	return true
}

// foldersOf splits the path of a source, an archive being a folder.
func foldersOf(path string) (folders []string, name string) {
	parts := strings.FieldsFunc(path, func(r rune) bool { return r == '/' || r == '!' })
	if len(parts) == 0 {
		return nil, ""
	}
	return parts[:len(parts)-1], parts[len(parts)-1]
}

// unpacked is the name of a folder without what an archive's name ends in.
func unpacked(folder string) string {
	for _, suffix := range []string{".tar.", ".tar", ".tgz", ".zip"} {
		if name, _, found := strings.Cut(folder, suffix); found && name != "" {
			return name
		}
	}
	return folder
}
