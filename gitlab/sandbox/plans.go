package sandbox

import (
	"slices"
	"strings"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/fake"
)

// groupsOf returns the groups that contain a namespace, the outermost first.
//
//go:noinline
func (s *Sandbox) groupsOf(path string) []*group {
	return fake.Select(s.Groups, func(g *group) bool { return strings.HasPrefix(path+"/", g.Path+"/") })
}

// labelsOf returns the labels of a project and of its groups.
func (s *Sandbox) labelsOf(p *project) []*label {
	labels := slices.Clone(p.Labels)
	for _, g := range s.groupsOf(p.Path) {
		labels = append(labels, g.Labels...)
	}
	return labels
}

func (s *Sandbox) findLabel(p *project, name string) *label {
	for _, l := range s.labelsOf(p) {
		if l.Name == name {
			return l
		}
	}
	return nil
}

// ensureLabels returns those of the names that are labels of the project, sorted.
// Like the service, it creates those that are missing if the user may.
func (s *Sandbox) ensureLabels(p *project, names []string, mayCreate bool) []string {
	labels := []string{}
	for _, name := range names {
		if s.findLabel(p, name) == nil {
			if !mayCreate {
				continue
			}
			p.Labels = append(p.Labels, &label{ID: s.newID(), Name: name, Color: "#6699cc"})
		}
		if !slices.Contains(labels, name) {
			labels = append(labels, name)
		}
	}
	slices.SortFunc(labels, func(a, b string) int { return strings.Compare(strings.ToLower(a), strings.ToLower(b)) })
	return labels
}

// lastOfScopes returns labels without those that are followed by another of their
// scope. The scope of a::b::c is a::b.
func lastOfScopes(labels []string) []string {
	scope := func(name string) string { return name[:max(0, strings.LastIndex(name, "::"))] }
	var kept []string
	for n, name := range labels {
		isReplaced := slices.ContainsFunc(labels[n+1:], func(later string) bool { return scope(later) == scope(name) })
		if scope(name) == "" || !isReplaced {
			kept = append(kept, name)
		}
	}
	return kept
}

// milestonesOf returns the milestones of a project and of its groups.
func (s *Sandbox) milestonesOf(p *project) []*milestone {
	milestones := slices.Clone(p.Milestones)
	for _, g := range s.groupsOf(p.Path) {
		milestones = append(milestones, g.Milestones...)
	}
	return milestones
}

func (s *Sandbox) findMilestone(p *project, id int) *milestone {
	for _, m := range s.milestonesOf(p) {
		if m.ID == id {
			return m
		}
	}
	return nil
}

// findEpic returns an epic and its group, or nil. Only projects in a group have
// epics.
func (s *Sandbox) findEpic(p *project, id int) (*epic, *group) {
	for _, g := range s.groupsOf(p.Path) {
		for _, e := range g.Epics {
			if e.ID == id {
				return e, g
			}
		}
	}
	return nil, nil
}

func (s *Sandbox) findIteration(p *project, id int) (*iteration, *group) {
	for _, g := range s.groupsOf(p.Path) {
		for _, n := range g.Iterations {
			if n.ID == id {
				return n, g
			}
		}
	}
	return nil, nil
}
