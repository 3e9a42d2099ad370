package sandbox

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// The sort parameter of a repository's list takes other values than that of
// the lists across repositories.
const (
	sortCreated   = "created"
	sortUpdated   = "updated"
	sortCreatedAt = "created_at"
	sortUpdatedAt = "updated_at"
)

func (s *Sandbox) listRepoIssues(r *request) response {
	repo, errResponse := s.pathRepo(r)
	if repo == nil {
		return errResponse
	}
	issues := repo.issuesFor(r.user)
	f := newFilter(r)
	f.addState("all")
	f.addTime("created_at", time.RFC3339, createdSince)
	f.addTime("created_after", time.RFC3339, func(i *issue, t time.Time) bool { return i.Created.After(t) })
	f.addTime("created_before", time.RFC3339, func(i *issue, t time.Time) bool { return i.Created.Before(t) })
	f.addTime("updated_after", time.RFC3339, func(i *issue, t time.Time) bool { return i.Updated.After(t) })
	f.addTime("updated_before", time.RFC3339, func(i *issue, t time.Time) bool { return i.Updated.Before(t) })
	resp := f.respond(issues, sortCreated, sortUpdated, (*issue).wire)
	if resp.status == http.StatusOK {
		closed := 0
		for _, i := range issues {
			if i.Closed {
				closed++
			}
		}
		resp.header["all_issues"], resp.header["close_issues"], resp.header["open_issues"] = len(issues), closed, len(issues)-closed
	}
	return resp
}

func (s *Sandbox) listUserIssues(r *request) response {
	f := newFilter(r)
	f.addState("open")
	f.addUserFilter(r.user)
	f.addTimeRange("schedule", func(i *issue) time.Time { return i.Schedule })
	f.addTimeRange("deadline", func(i *issue) time.Time { return i.Deadline })
	f.addTimeRange("created_at", func(i *issue) time.Time { return i.Created })
	f.addTimeRange("finished_at", func(i *issue) time.Time { return i.Finished })
	return f.respond(s.issuesOf(r.user, func(*repo) bool { return true }), sortCreatedAt, sortUpdatedAt, (*issue).wireWithoutFlat)
}

// listOrgIssues accepts both documented notations of created_at: a time and a
// range.
func (s *Sandbox) listOrgIssues(r *request) response {
	org := r.PathValue("org")
	issues := s.issuesOf(r.user, func(r *repo) bool { return r.Owner == org })
	if issues == nil {
		return notFound("Group")
	}
	f := newFilter(r)
	f.addState("open")
	f.addUserFilter(r.user)
	if strings.Contains(f.query.Get("created_at"), ":") {
		f.addTime("created_at", time.RFC3339, createdSince)
	} else {
		f.addTimeRange("created_at", func(i *issue) time.Time { return i.Created })
	}
	return f.respond(issues, sortCreatedAt, sortUpdatedAt, (*issue).wire)
}

// listEnterpriseIssues takes dates, of which created_before is inclusive.
func (s *Sandbox) listEnterpriseIssues(r *request) response {
	issues := s.enterpriseIssues(r)
	if issues == nil {
		return notFound("Enterprise")
	}
	f := newFilter(r)
	f.addState("open")
	f.addTime("created_at", time.DateOnly, createdSince)
	f.addTime("created_before", time.DateOnly, func(i *issue, t time.Time) bool { return i.Created.Before(t.AddDate(0, 0, 1)) })
	return f.respond(issues, sortCreatedAt, sortUpdatedAt, (*issue).wire)
}

func createdSince(i *issue, t time.Time) bool { return !i.Created.Before(t) }

// respondPage returns the page of items that the query asks for, with the
// totals in headers.
func respondPage[T any](query url.Values, items []T, wire func(T) any) response {
	page, perPage, badParam := parsePaging(query)
	if badParam != "" {
		return badParameter(badParam)
	}
	pages := (len(items) + perPage - 1) / perPage
	start := min(page-1, pages) * perPage
	rows := []any{}
	for _, item := range items[min(start, len(items)):min(start+perPage, len(items))] {
		rows = append(rows, wire(item))
	}
	resp := ok(rows)
	resp.header = map[string]int{"total_count": len(items), "total_page": pages}
	return resp
}

// parsePaging returns the page and its size, or the name of the parameter that
// is invalid.
func parsePaging(query url.Values) (page, perPage int, badParam string) {
	page, perPage = 1, 20
	for name, n := range map[string]*int{"page": &page, "per_page": &perPage} {
		if value := query.Get(name); value != "" {
			v, err := strconv.Atoi(value)
			if err != nil || v < 1 || name == "per_page" && v > 100 {
				return 0, 0, name
			}
			*n = v
		}
	}
	return page, perPage, ""
}
