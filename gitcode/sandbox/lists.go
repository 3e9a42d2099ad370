package sandbox

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// filter keeps the issues a query asks for.
type filter struct {
	query url.Values
	keep  []func(*issue) bool
	wrong string // the parameter that makes no sense
}

func (f *filter) add(keep func(*issue) bool) { f.keep = append(f.keep, keep) }

// when adds a filter for a parameter that is given.
func (f *filter) when(name string, keep func(value string) func(*issue) bool) {
	if value := f.query.Get(name); value != "" {
		f.add(keep(value))
	}
}

// whenTime adds a filter for a time that is given.
func (f *filter) whenTime(name, layout string, keep func(*issue, time.Time) bool) {
	value := f.query.Get(name)
	if value == "" {
		return
	}
	t, err := time.ParseInLocation(layout, value, beijing)
	if err != nil {
		f.wrong = name
		return
	}
	f.add(func(i *issue) bool { return keep(i, t) })
}

// whenRange adds a filter for a range in the notation of the user's list:
// 20181006T173008+80-20181007T173008+80, with either end left out.
func (f *filter) whenRange(name string, of func(*issue) time.Time) {
	value := f.query.Get(name)
	if value == "" {
		return
	}
	from, to, found := strings.Cut(value, "-")
	start, ok1 := rangeTime(from)
	end, ok2 := rangeTime(to)
	if !found || !ok1 || !ok2 {
		f.wrong = name
		return
	}
	f.add(func(i *issue) bool {
		t := of(i)
		return !t.IsZero() && (start.IsZero() || !t.Before(start)) && (end.IsZero() || !t.After(end))
	})
}

// rangeTime reads 20181006T173008+80; the documented zone is taken as +08:00.
func rangeTime(s string) (time.Time, bool) {
	if s == "" {
		return time.Time{}, true
	}
	clock, _, _ := strings.Cut(s, "+")
	t, err := time.ParseInLocation("20060102T150405", clock, beijing)
	return t, err == nil
}

// common adds what all lists know.
func (f *filter) common() {
	f.when("labels", func(names string) func(*issue) bool {
		return func(i *issue) bool {
			for name := range strings.SplitSeq(names, ",") {
				if !i.hasLabel(name) {
					return false
				}
			}
			return true
		}
	})
	f.whenTime("since", time.RFC3339, func(i *issue, t time.Time) bool { return !i.updated.Before(t) })
	f.when("creator", func(login string) func(*issue) bool {
		return func(i *issue) bool { return i.author.login == login }
	})
	f.when("search", func(words string) func(*issue) bool {
		words = strings.ToLower(words)
		return func(i *issue) bool { return strings.Contains(strings.ToLower(i.title+"\n"+i.body), words) }
	})
	f.when("milestone", func(title string) func(*issue) bool {
		return func(i *issue) bool {
			switch title {
			case "none":
				return i.milestone == nil
			case "*":
				return i.milestone != nil
			}
			return i.milestone != nil && i.milestone.title == title
		}
	})
	f.when("assignee", func(who string) func(*issue) bool {
		return func(i *issue) bool {
			switch who {
			case "none":
				return len(i.assignees) == 0
			case "*":
				return len(i.assignees) > 0
			}
			return slices.ContainsFunc(i.assignees, func(u *user) bool { return u.login == who || u.id == who })
		}
	})
	f.when("program", func(program string) func(*issue) bool {
		return func(i *issue) bool {
			switch program {
			case "none":
				return i.program == ""
			case "*":
				return i.program != ""
			}
			return i.program == program
		}
	})
}

// state adds the filter for a state, fallback where none is given.
func (f *filter) state(fallback string) {
	state := f.query.Get("state")
	if state == "" {
		state = fallback
	}
	switch state {
	case "open":
		f.add(func(i *issue) bool { return !i.closed })
	case "closed":
		f.add(func(i *issue) bool { return i.closed })
	case "progressing":
		f.add(func(i *issue) bool { return i.status == progressing })
	case "rejected":
		f.add(func(i *issue) bool { return i.status == rejected })
	case "all":
	default:
		f.wrong = "state"
	}
}

// mine adds the filter for what concerns the token's owner.
func (f *filter) mine() {
	assigned := func(i *issue) bool { return i.isAssigned(Me) }
	byMe := func(i *issue) bool { return i.author.login == Me }
	switch f.query.Get("filter") {
	case "", "assigned":
		f.add(assigned)
	case "created":
		f.add(byMe)
	case "all":
		f.add(func(i *issue) bool { return assigned(i) || byMe(i) })
	default:
		f.wrong = "filter"
	}
}

// answer filters, sorts and pages issues; sort is the service's word for
// sorting by creation here.
func (f *filter) answer(issues []*issue, created string) answer {
	if f.wrong != "" {
		return badParameter(f.wrong)
	}
	kept := slices.DeleteFunc(slices.Clone(issues), func(i *issue) bool {
		return slices.ContainsFunc(f.keep, func(keep func(*issue) bool) bool { return !keep(i) })
	})
	by := func(i *issue) time.Time { return i.created }
	switch f.query.Get("sort") {
	case "", created:
	case strings.Replace(created, "created", "updated", 1):
		by = func(i *issue) time.Time { return i.updated }
	default:
		return badParameter("sort")
	}
	slices.SortStableFunc(kept, func(a, b *issue) int {
		if f.query.Get("direction") == "asc" {
			a, b = b, a
		}
		if c := by(b).Compare(by(a)); c != 0 {
			return c
		}
		return b.id - a.id
	})
	return paged(f.query, kept, wireIssues)
}

// paged answers one page of a list, with the totals in headers.
func paged[T, W any](query url.Values, items []T, wire func([]T) []W) answer {
	page, size, wrong := paging(query)
	if wrong != "" {
		return badParameter(wrong)
	}
	a := ok(nil)
	a.header = map[string]int{"total_count": len(items), "total_page": (len(items) + size - 1) / size}
	start := min((page-1)*size, len(items))
	a.body = wire(items[start:min(start+size, len(items))])
	return a
}

func paging(query url.Values) (page, size int, wrong string) {
	page, size = 1, 20
	for name, n := range map[string]*int{"page": &page, "per_page": &size} {
		if value := query.Get(name); value != "" {
			v, err := strconv.Atoi(value)
			if err != nil || v < 1 || name == "per_page" && v > 100 {
				return 0, 0, name
			}
			*n = v
		}
	}
	return page, size, ""
}

func (s *Sandbox) listRepoIssues(r *http.Request) answer {
	repo := s.repo(r.PathValue("owner"), r.PathValue("repo"))
	if repo == nil {
		return notFound("Project")
	}
	f := &filter{query: r.URL.Query()}
	f.common()
	f.state("all")
	f.whenTime("created_at", time.RFC3339, func(i *issue, t time.Time) bool { return !i.created.Before(t) })
	f.whenTime("created_after", time.RFC3339, func(i *issue, t time.Time) bool { return i.created.After(t) })
	f.whenTime("created_before", time.RFC3339, func(i *issue, t time.Time) bool { return i.created.Before(t) })
	f.whenTime("updated_after", time.RFC3339, func(i *issue, t time.Time) bool { return i.updated.After(t) })
	f.whenTime("updated_before", time.RFC3339, func(i *issue, t time.Time) bool { return i.updated.Before(t) })
	a := f.answer(repo.issues, "created")
	if a.header != nil {
		closed := 0
		for _, i := range repo.issues {
			if i.closed {
				closed++
			}
		}
		a.header["all_issues"], a.header["close_issues"], a.header["open_issues"] = len(repo.issues), closed, len(repo.issues)-closed
	}
	return a
}

func (s *Sandbox) listUserIssues(r *http.Request) answer {
	f := &filter{query: r.URL.Query()}
	f.common()
	f.state("open")
	f.mine()
	f.whenRange("schedule", func(i *issue) time.Time { return i.schedule })
	f.whenRange("deadline", func(i *issue) time.Time { return i.deadline })
	f.whenRange("created_at", func(i *issue) time.Time { return i.created })
	f.whenRange("finished_at", func(i *issue) time.Time { return i.finished })
	return f.answer(s.issuesWhere(func(*repo) bool { return true }), "created_at")
}

func (s *Sandbox) listOrgIssues(r *http.Request) answer {
	org := r.PathValue("org")
	issues := s.issuesWhere(func(r *repo) bool { return r.owner == org })
	if issues == nil {
		return notFound("Group")
	}
	f := &filter{query: r.URL.Query()}
	f.common()
	f.state("open")
	f.mine()
	if strings.Contains(f.query.Get("created_at"), ":") {
		f.whenTime("created_at", time.RFC3339, func(i *issue, t time.Time) bool { return !i.created.Before(t) })
	} else {
		f.whenRange("created_at", func(i *issue) time.Time { return i.created })
	}
	return f.answer(issues, "created_at")
}

func (s *Sandbox) listEnterpriseIssues(r *http.Request) answer {
	issues := s.enterprise(r)
	if issues == nil {
		return notFound("Enterprise")
	}
	f := &filter{query: r.URL.Query()}
	f.common()
	f.state("open")
	f.whenTime("created_at", time.DateOnly, func(i *issue, t time.Time) bool { return !i.created.Before(t) })
	f.whenTime("created_before", time.DateOnly, func(i *issue, t time.Time) bool { return i.created.Before(t.AddDate(0, 0, 1)) })
	return f.answer(issues, "created_at")
}

// issuesWhere returns the issues of the repositories wanted, nil without one.
func (s *Sandbox) issuesWhere(wanted func(*repo) bool) []*issue {
	var issues []*issue
	for _, r := range s.repos {
		if wanted(r) {
			issues = append(issues, r.issues...)
		}
	}
	return issues
}

func (s *Sandbox) enterprise(r *http.Request) []*issue {
	name := r.PathValue("enterprise")
	return s.issuesWhere(func(r *repo) bool { return r.enterprise == name })
}
