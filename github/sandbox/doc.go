// Package sandbox is a GitHub Enterprise that runs in this process. It is an
// [http.Handler] that serves the documented operations on issues and assignees
// and keeps their state, for tests, for the demo, and for trying an agent
// without a token:
//
//	server := httptest.NewServer(sandbox.New())
//	defer server.Close()
//	baseURL, token := server.URL+sandbox.Prefix, sandbox.Token
//
// Its people, repositories and issues are invented. [New] keeps the state in
// memory; [Open] keeps it in a file, which processes may share. Package fault
// of GitCode's sandbox wraps this one just as well.
//
// # Operations
//
// The sandbox serves these operations under [Prefix], and answers any other
// request with 404:
//
//   - list the issues of the user, of the user's account, of an organization
//     and of a repository; create, get and update an issue
//   - lock and unlock an issue
//   - list the people who can be assigned, check whether someone can be; add and
//     remove assignees
//   - list and create the comments of an issue
//   - get a repository; list its labels and its milestones
//   - get the user of the token, and the rate limit
//
// Lists support the documented filters, sorting and paging. A repository can
// also be addressed as /repositories/{id}, to which redirects and the links
// between pages lead.
//
// # Users
//
// A request must carry the token of a user, as "Authorization: Bearer" or
// "Authorization: token". [Users] returns this table:
//
//	user     token                         role
//	octavia  github-sandbox-token          owner of octoharbor, and thus admin of its repositories
//	hugh     github-sandbox-token-hugh     write access to all repositories of octoharbor
//	tess     github-sandbox-token-tess     triage role in octoharbor/portal and octoharbor/cli
//	remy     github-sandbox-token-remy     read access to octoharbor/portal and octoharbor/vault
//	colin    github-sandbox-token-colin    write access to octoharbor/cli, as a collaborator from outside
//	stan     github-sandbox-token-stan     member of nothing
//
// Besides, crew-01 to crew-10 have write access to octoharbor/portal, so that
// it has more people than an issue can have assignees. Their tokens work too.
//
// Everyone may read public repositories, create issues there and comment.
// Authors, and users with the triage role or more, may change the title, the
// text and the state of an issue; for others the response is 403. Only users
// with write access may
//
//   - set labels, assignees, milestones and types; for others they are silently
//     ignored
//   - lock and unlock issues, and comment on locked ones; for others the
//     response is 403
//
// Whoever has a role in a repository can be assigned. A private repository does
// not exist for users without a role in it.
//
// # Failures on demand
//
// Every request for the repository octoharbor/busy is answered with a secondary
// rate limit, 403 and a Retry-After of 30 seconds, and every request for
// octoharbor/broken with 502 and a page in HTML. [Sandbox.RateLimit] and
// [Sandbox.ContentLimit] turn on limits on requests and on new content. To
// inject other failures, wrap the sandbox with package fault.
//
// # Behavior of the service
//
// The sandbox reproduces habits that trip clients up:
//
//   - Lists of issues contain pull requests, which have a member pull_request.
//   - Labels, assignees, milestones and types from users without write access
//     are ignored, and the response is a success all the same. So are people who
//     cannot be assigned, and assignees beyond the tenth.
//   - An update replaces all labels or all assignees. An empty list clears them.
//     null clears the text, the milestone and the deprecated assignee.
//   - Labels that the repository lacks are created. Names of labels, people,
//     organizations and repositories are matched without regard to case.
//   - A transferred issue is answered with 301 and a Location, whatever the
//     method, and with 404 if the user cannot see where it went. A renamed
//     repository is answered with 301 for a read, with 307 for a write.
//   - A deleted issue is answered with 410, as is every request for the issues
//     of a repository that has issues turned off. An archived repository is
//     read-only: 403.
//   - What the user may not see is 404, not 403.
//   - Locking without a body needs Content-Length: 0, else the response is 411.
//     An unknown reason is 422.
//   - The state_reason is ignored unless the state changes. Closing without one
//     sets completed, reopening sets reopened.
//   - The media types raw, text, html and full select body, body_text,
//     body_html, or all three. A missing text is null as body, empty as the
//     others. An unknown media type is 415.
//   - Pages have at most 100 rows, 30 by default; invalid values of page and
//     per_page are corrected. The Link header has absolute URLs, with the id of
//     the repository, and is missing if there is one page.
//   - Every successful read has an ETag. A read with If-None-Match is answered
//     with 304 and no body if nothing changed, and does not count against the
//     rate limit.
//   - Every response has the X-RateLimit headers. A request beyond the limit is
//     answered with 403, X-RateLimit-Remaining 0 and the time of
//     X-RateLimit-Reset; creating content too fast with 403 and Retry-After.
//   - A request without a User-Agent is answered with 403 and a text, one with
//     an unknown X-GitHub-Api-Version with 400.
//   - Invalid values are 422 with a list of errors, malformed JSON is 400.
//   - Addresses contain the host by which the client reached the sandbox.
//
// # Differences from the service
//
// The sandbox is friendlier in these ways. A response is never truncated, and
// something new can be read at once. It checks no scopes of tokens.
//
// It is stricter in these ways. It answers nothing without a token, as an
// Enterprise in private mode. The triage role sets no labels and assignees,
// which is what the documentation of these operations says and that of the role
// contradicts.
//
// Where the documentation is silent, the sandbox has to choose, and a client
// should not depend on it:
//
//   - If any of collab, orgs and owned is true, a list of the user's issues has
//     only issues of such repositories: those of others where the user is a
//     collaborator, those of the user's organizations, and the user's own. With
//     pulls it has only pull requests, or none of them.
//   - The account's issues are those outside of the user's organizations.
//   - The filters repos and all mean the same. A user is subscribed to issues
//     that the user wrote, commented on, is assigned to or is mentioned in.
//   - A filter with an unknown user or milestone is 422.
//   - The ETag changes with the links between pages.
//   - If a request has both assignee and assignees, assignees counts.
//
// # Seed data
//
// The organization octoharbor has these repositories:
//
//   - octoharbor/portal, formerly octoharbor/gateway. Issues 6, 7 and 8 are
//     closed: not_planned, completed and duplicate. 9 was transferred to
//     octoharbor/cli as 4, and 10 to octoharbor/vault; 11 was deleted. 12 is
//     locked as too heated. 5, 13 (a draft) and 14 (merged) are pull requests.
//     3 has no text. Its milestones are 1 (v3.0, closed), 2 (v3.1, due
//     2026-12-18) and 3 (Someday, without a date).
//   - octoharbor/cli: issues 1, 2 and 4 and pull request 3, all open; milestone
//     1 (v1.0, due 2027-01-29).
//   - octoharbor/vault: private, one issue.
//   - octoharbor/attic: archived, one issue.
//   - octoharbor/mirror: issues are turned off.
//
// octavia/notes, octavia's own repository, has one issue.
//
// Every repository has the labels bug, documentation, duplicate, enhancement,
// good first issue, help wanted, question, wontfix, area/upload and P1. The
// organization has the issue types Task, Bug and Feature.
//
// Every new sandbox starts out the same, ids included.
package sandbox
