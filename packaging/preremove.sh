#!/bin/sh
# Stops the service where the package goes for good; an upgrade restarts it afterwards.
set -e
case "$1" in
remove | 0)
  if [ -d /run/systemd/system ]; then
    systemctl disable --now culprit.service
  fi
  ;;
esac
