// Package sandbox is an in-memory GitCode. It is an [http.Handler] that serves
// the documented issue operations and keeps their state, for tests, for the
// demo, and for trying an agent without a token:
//
//	server := httptest.NewServer(sandbox.New())
//	defer server.Close()
//	baseURL, token := server.URL+sandbox.Prefix, sandbox.Token
//
// Its people, repositories and issues are invented. All changes are lost when
// the process ends.
//
// # Operations
//
// The sandbox serves these operations under [Prefix], and answers any other
// request with 404 NOT_PATH:
//
//   - create, get and update an issue; list the issues of a repository, of the
//     user, of an organization and of an enterprise
//   - list the comments of an issue or of a repository; create, get, update and
//     delete a comment
//   - add labels to an issue, remove labels, remove all labels
//   - list the history (operate logs) and the pull requests of an issue
//   - get an issue of an enterprise, its comments and its labels, by the global
//     id of the issue
//
// Lists support the documented filters, sorting and paging: 20 items per page
// by default, 100 at most. Invalid pages, times, states and sort keys of issues
// are rejected, an unknown direction is ignored. The owner and the name of a
// repository are matched without regard to case.
//
// # Authentication
//
// A request must carry [Token], either as "Authorization: Bearer" or in a
// PRIVATE-TOKEN header. Without a token the response is 400, as from the
// service's gateway; with a wrong token it is 401. A token in the query is
// ignored, because clients should not send it there.
//
// # Behavior of the service
//
// The sandbox reproduces habits of the live service that its documentation does
// not mention or contradicts, so that a client tested on the sandbox copes with
// the service:
//
//   - The number of an issue is a string. In the target of a comment it is an
//     integer, and its key is misspelled: nubmer.
//   - The full name of a repository has spaces around the slash.
//   - An update takes the states close and reopen. It rejects closed and open,
//     which is how issues and filters spell their state.
//   - Creating an issue with labels fails with an error that blames the token.
//   - Adding labels takes a bare JSON array and rejects an object.
//   - A label name in a path may contain an escaped slash: kind%2Fsecurity.
//     Several names are separated by commas. If the issue lacks one of them,
//     nothing is removed.
//   - Unknown assignees, labels and milestones are ignored without an error. If
//     an update names only unknown assignees, the assignees stay as they are.
//   - The security_hole of a write is not part of any response.
//   - Updating a comment returns an empty body. Deletions return 204.
//   - The totals of a list are in headers whose names are not in canonical form,
//     such as total_count. Operate logs and pull requests have no totals and no
//     pages.
//   - Errors have the service's format, whose error_code can differ from the
//     HTTP status.
//   - A missing value is null, empty or absent, depending on the member. Times
//     are in Beijing's time zone. Responses contain many members that no client
//     needs, so that their size is realistic.
//
// # Differences from the service
//
// The sandbox has no rate limit and checks no permissions: the owner of the
// token may change everything. Responses to writes contain the milestone and
// all assignees, which the service can omit. Labels that a repository lacks are
// never created. To test a client against failures, wrap the sandbox with
// package fault.
//
// # Seed data
//
// There are five people: linwei ([Me], the owner of the token), zhaoqian, sunli,
// maria and tomb. They work on three repositories:
//
//   - openharbor/portal: 14 issues, of which 7, 8 and 12 are closed. Its
//     milestones are 1 (v2.3), 2 (v2.4) and 3 (积压, the backlog). Two pull
//     requests are linked to issue 2, one to issue 5. Issues 1, 2 and 13 belong
//     to the program 门户重构.
//   - openharbor/cli: 3 open issues and milestone 1 (v1.0).
//   - linwei/notes: 1 open issue, no milestones. Only linwei is a member, so
//     only linwei can be assigned.
//
// The organization openharbor belongs to the enterprise harbor-tech; linwei's
// own repository does not. Issues are written in Chinese or English, and some
// of their texts contain Markdown, HTML or code.
//
// Every repository has the labels bug, enhancement, documentation, question,
// duplicate, help wanted, wontfix, kind/security, priority/high and needs-info.
//
// Every new sandbox starts out the same, ids included.
package sandbox
