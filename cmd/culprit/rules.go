package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v3"

	"culprit/rules"
)

// showHelp is what a command does that only holds others; with cobra.NoArgs a name that it does not hold is a mistake.
func showHelp(cmd *cobra.Command, _ []string) error { return cmd.Help() }

func newRules(g *globals) *cobra.Command {
	cmd := &cobra.Command{Use: "rules", Args: cobra.NoArgs, RunE: showHelp, Short: "List, show, lint and test what culprit knows"}
	cmd.AddCommand(
		&cobra.Command{Use: "list", Short: "List signatures and causes", Args: cobra.NoArgs, RunE: func(*cobra.Command, []string) error { return g.listRules() }},
		&cobra.Command{Use: "show ID", Short: "Show one rule as YAML", Args: exactlyOne("rule", "culprit rules list names them all"), RunE: func(_ *cobra.Command, args []string) error { return g.showRule(args[0]) }},
		&cobra.Command{Use: "lint", Short: "Check the rules as such", Args: cobra.NoArgs, RunE: func(*cobra.Command, []string) error { return g.lintRules() }},
		&cobra.Command{Use: "test", Short: "Run every example and near miss", Args: cobra.NoArgs, RunE: func(*cobra.Command, []string) error { return g.testRules() }},
	)
	return cmd
}

func (g *globals) listRules() error {
	c, err := g.catalogue()
	if err != nil {
		return err
	}
	for i := range c.Causes {
		fmt.Fprintf(g.out, "cause      %-28s %s\n", c.Causes[i].ID, c.Causes[i].Title)
	}
	for i := range c.Signatures {
		fmt.Fprintf(g.out, "signature  %-44s %s\n", c.Signatures[i].ID, c.Signatures[i].Title)
	}
	return nil
}

func (g *globals) showRule(id string) error {
	c, err := g.catalogue()
	if err != nil {
		return err
	}
	var rule any
	if s := c.Signature(id); s != nil {
		rule = s
	} else if cause := c.Cause(id); cause != nil {
		rule = cause
	} else {
		return usageError("culprit rules list names them all", "no rule is called %q", id)
	}
	text, err := yaml.Marshal(rule)
	if err != nil {
		return &failure{exitInternal, err, ""}
	}
	_, err = g.out.Write(text)
	return err
}

func (g *globals) lintRules() error {
	c, err := g.catalogue()
	if err != nil {
		return err
	}
	return g.problems("lint", rules.Lint(c))
}

func (g *globals) testRules() error {
	c, err := g.catalogue()
	if err != nil {
		return err
	}
	return g.problems("test", rules.CheckExamples(c))
}

// problems prints what is wrong and fails if anything is.
func (g *globals) problems(what string, found rules.Problems) error {
	for _, p := range found {
		fmt.Fprintln(g.out, strings.TrimSpace(p.String()))
	}
	if len(found) > 0 {
		return &failure{exitUsage, fmt.Errorf("rules %s: %d problems", what, len(found)), ""}
	}
	fmt.Fprintf(g.out, "rules %s: no problem\n", what)
	return nil
}
