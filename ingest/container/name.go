// Package container tells whose log a file is that a container runtime has written: nothing in its lines does.
package container

import (
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// Origin is whose log a file is. Both are empty where a path is none of a runtime's.
type Origin struct {
	// Program is the container: the name of its service or its own, or its id.
	Program string
	// Host is the pod it is in.
	Host string
}

// Usual lists where runtimes keep the logs of containers: Docker's json-file driver, and what kubelet reads (containerd, CRI-O).
func Usual() []string {
	return []string{
		"/var/lib/docker/containers/*/*-json.log",
		"/var/log/pods/*/*/*.log",
	}
}

// Of tells whose log lies at a path, by the path and, for Docker, by what lies beside it.
func Of(path string) Origin {
	dir, name := filepath.Split(filepath.ToSlash(path))
	parts := strings.Split(strings.Trim(dir, "/"), "/")
	if id, _, found := strings.Cut(name, "-json.log"); found && len(parts) > 0 && parts[len(parts)-1] == id && len(id) >= 12 {
		return Origin{Program: dockerName(dir, id)}
	}
	if len(parts) >= 2 && strings.Contains(name, ".log") {
		if _, pod, found := cutPod(parts[len(parts)-2]); found && name[0] >= '0' && name[0] <= '9' {
			return Origin{Program: parts[len(parts)-1], Host: pod}
		}
	}
	if len(parts) >= 1 && parts[len(parts)-1] == "containers" {
		return linked(name)
	}
	return Origin{}
}

// cutPod reads NAMESPACE_POD_UID. None of the three can hold an underscore.
func cutPod(name string) (namespace, pod string, ok bool) {
	parts := strings.Split(name, "_")
	if len(parts) != 3 || parts[0] == "" || parts[1] == "" || len(parts[2]) < 32 {
		return "", "", false
	}
	return parts[0], parts[1], true
}

// linked reads POD_NAMESPACE_CONTAINER-ID.log, the name of kubelet's links to the logs of pods.
func linked(name string) Origin {
	stem, _, _ := strings.Cut(name, ".log")
	parts := strings.Split(stem, "_")
	if len(parts) != 3 {
		return Origin{}
	}
	dash := strings.LastIndexByte(parts[2], '-')
	if dash <= 0 || len(parts[2])-dash-1 != 64 {
		return Origin{}
	}
	return Origin{Program: parts[2][:dash], Host: parts[0]}
}

// settingsMost bounds what is read of a container's settings, in bytes.
const settingsMost = 4 << 20

// shortID is how many digits of an id people use.
const shortID = 12

// dockerName is the name of the compose service or of the container, as its settings tell, else its id.
func dockerName(dir, id string) string {
	short := id[:shortID]
	f, err := os.Open(filepath.Join(dir, "config.v2.json"))
	if err != nil {
		return short
	}
	defer f.Close()
	var settings struct {
		Name   string
		Config struct{ Labels map[string]string }
	}
	if json.NewDecoder(io.LimitReader(f, settingsMost)).Decode(&settings) != nil {
		return short
	}
	for _, label := range []string{"com.docker.compose.service", "com.docker.swarm.service.name"} {
		if name := settings.Config.Labels[label]; name != "" {
			return name
		}
	}
	if name := strings.TrimPrefix(settings.Name, "/"); name != "" {
		return name
	}
	return short
}
