package gitcode

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/closest"
)

// maxAsked is the maximum number of unknown users about whom a call asks one by
// one, and of unknown labels to remove that it names.
const maxAsked = 5

// mistakes are what is wrong with the arguments of a call, in sentences.
type mistakes []string

// add adds the message of an error that rejects arguments before anything was
// sent. It returns any other error.
func (m *mistakes) add(err error) error {
	e, ok := errors.AsType[*rest.Error](err)
	if !ok || e.Class != rest.Invalid || !e.NotSent {
		return err
	}
	*m = append(*m, e.Message)
	return nil
}

// err returns the error with all mistakes, or nil if there are none.
func (m mistakes) err() error {
	if len(m) == 0 {
		return nil
	}
	var b strings.Builder
	for n, sentence := range m {
		if n > 0 {
			if !strings.HasSuffix(m[n-1], "?") && !strings.HasSuffix(m[n-1], ".") {
				b.WriteByte('.')
			}
			sentence = " " + strings.ToUpper(sentence[:1]) + sentence[1:]
		}
		b.WriteString(sentence)
	}
	return rest.InvalidArguments(patchEndpoint, b.String())
}

// resolve finds the users, statuses and milestones that the goals name.
func (b *bulk) resolve(ctx context.Context, wrong *mistakes) error {
	people, milestones := map[string][]string{}, map[string]*MilestoneNumber{}
	statuses := map[string]string{}
	for _, i := range b.issues {
		if _, known := statuses[i.goal.status]; !known {
			w := Workflow{Status: i.goal.status}
			if err := wrong.add(b.client.resolveWorkflow(ctx, b.repo.Owner, &w)); err != nil {
				return err
			}
			statuses[i.goal.status] = w.Status
		}
		i.goal.status = statuses[i.goal.status]
		for _, list := range i.goal.people {
			if _, known := people[list]; !known {
				names, err := b.client.usernames(ctx, list)
				if err != nil {
					return err
				}
				people[list] = distinct(names)
			}
			if i.goal.assignees != nil && !sameNames(*i.goal.assignees, people[list]) {
				return contradiction(i.Number, fmt.Sprintf("the assignees %q and %q", i.goal.people[0], list))
			}
			i.goal.assignees = new(people[list])
		}
		for _, milestone := range i.goal.milestones {
			number, known := milestones[milestone]
			if !known {
				n, err := b.client.milestoneNumber(ctx, b.repo, milestone)
				if err == nil && n != 0 && b.client.isNoMilestone(ctx, b.repo, n) {
					err = rest.InvalidArguments(patchEndpoint, fmt.Sprintf("there is no milestone %d in %s; a milestone's number is not the one in its web address", n, b.repo.Target()))
				}
				if err == nil {
					number = &n
				} else if err := wrong.add(err); err != nil {
					return err
				}
				milestones[milestone] = number
			}
			if number == nil {
				continue
			}
			if i.goal.milestone != nil && *i.goal.milestone != *number {
				return contradiction(i.Number, fmt.Sprintf("the milestones %q and %q", i.goal.milestones[0], milestone))
			}
			i.goal.milestone = number
		}
	}
	return nil
}

// checkLabels checks the labels to add, each in every spelling that may be sent.
func (b *bulk) checkLabels(ctx context.Context, create bool, wrong *mistakes) error {
	var names []string
	for _, i := range b.issues {
		names = append(names, i.goal.add...)
	}
	if len(names) == 0 {
		return nil
	}
	return wrong.add(b.client.checkLabels(ctx, b.repo, withoutExact(names, nil), create))
}

// checkRemoved rejects labels to remove that neither the issues nor the
// repository have, if that can be read: they are probably misspelled.
func (b *bulk) checkRemoved(ctx context.Context, wrong *mistakes) {
	var names []string
	for _, i := range b.issues {
		names = append(names, without(i.goal.remove, names)...)
	}
	for _, i := range b.issues {
		if !i.seen.shows(labelsField) {
			return
		}
		names = without(names, i.seen.LabelNames())
	}
	known, _, err := b.client.findLabels(ctx, b.repo, names)
	if err != nil {
		return
	}
	unknown := without(names, known)
	for _, name := range unknown[:min(len(unknown), maxAsked)] {
		*wrong = append(*wrong, closest.NotAmong("label", name, b.repo.Target(), known))
	}
}

// checkAssignees rejects users who cannot be assigned, as far as known. Members
// through the organization may be missing in the list of the repository's
// members, so GitCode is asked about the users who are not in it.
func (b *bulk) checkAssignees(ctx context.Context, wrong *mistakes) {
	var names, assigned []string
	for _, i := range b.issues {
		assigned = append(assigned, i.seen.AssigneeLogins()...)
		if i.goal.assignees != nil {
			names = append(names, without(*i.goal.assignees, names)...)
		}
	}
	var members []*Collaborator
	start := time.Now()
	for _, age := range []time.Duration{cacheTime, recently} {
		if len(names) == 0 {
			return
		}
		var err error
		if members, err = b.client.collaborators(ctx, b.repo, start.Add(-age)); err != nil {
			return
		}
		names = without(without(names, texts(members, (*Collaborator).login)), assigned)
	}
	if me, err := b.client.login(ctx, "me"); err == nil {
		names = without(names, []string{me})
	}
	for _, name := range names[:min(len(names), maxAsked)] {
		if b.client.isNoMember(ctx, b.repo, name) {
			*wrong = append(*wrong, unknownMember(name, b.repo, members))
		}
	}
}

// unknownMember says that a repository has no member with a username. It names
// the member who is called so, if there is one.
func unknownMember(name string, repo RepoRef, members []*Collaborator) string {
	for _, m := range members {
		if strings.EqualFold(string(m.Name), name) {
			return fmt.Sprintf("there is no member %s in %s; did you mean %s (%s)?", closest.Quoted(name), repo.Target(), closest.Quoted(string(m.Login)), m.Name)
		}
	}
	return closest.NotAmong("member", name, repo.Target(), texts(members, (*Collaborator).login))
}
