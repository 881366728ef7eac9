package receiver

import (
	"strings"

	"culprit/live"
)

// slackMost bounds a report in a chat, in bytes.
const slackMost = 3000

func slack(group []*live.Notice) any {
	var parts []string
	for _, n := range group {
		parts = append(parts, slackNotice(n))
	}
	return map[string]string{"text": strings.Join(parts, "\n\n")}
}

func slackNotice(n *live.Notice) string {
	mark := map[live.Event]string{live.Opened: ":rotating_light:", live.Changed: ":mag:", live.Ended: ":white_check_mark:", live.Test: ":wave:"}[n.Event]
	words := mark + " *" + slackProse(live.Headline(n)) + "*\n" + slackProse(n.Lead().Summary)
	if checks := n.Lead().Checks; n.Event != live.Ended && len(checks) > 0 {
		words += "\nNext: `" + slackText(checks[0].Command) + "`"
	}
	if n.Event == live.Ended {
		words += "\n```\n" + slackLines(cut(text(n, 80), slackMost)) + "```"
	}
	if n.Link != "" {
		words += "\n<" + strings.NewReplacer("<", "%3C", ">", "%3E", "|", "%7C").Replace(plain(n.Link, 0)) + "|The incident>"
	}
	return words
}

// slackLines is slackText for a text of several lines.
func slackLines(s string) string {
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		lines[i] = slackText(l)
	}
	return strings.Join(lines, "\n")
}

// slackProse is slackText for what is shown as no code: there Mattermost and Rocket.Chat take @channel for everybody.
func slackProse(s string) string { return strings.ReplaceAll(slackText(s), "@", "@\u200b") }

// slackText keeps log content from mentioning people as Slack does it, formatting, or making links.
func slackText(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "`", "'", "*", "'").Replace(plain(s, 0))
}
