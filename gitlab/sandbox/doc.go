// Package sandbox is a GitLab that runs in this process. It is an [http.Handler]
// that serves the documented operations on issues and keeps their state, for
// tests, for the demo, and for trying an agent without a token:
//
//	server := httptest.NewServer(sandbox.New())
//	defer server.Close()
//	baseURL, token := server.URL+sandbox.Prefix, sandbox.Token
//
// Its people, projects and issues are invented. [New] keeps the state in memory;
// [Open] keeps it in a file, which processes may share. Package fault of GitCode's
// sandbox wraps this one just as well.
//
// # Operations
//
// The sandbox serves these operations under [Prefix], and answers any other
// request with 404, or 405 if only the method is wrong:
//
//   - list the issues of all projects, of a group with those below, and of a
//     project; create, get, update and delete an issue; get one by its global id
//   - move, clone and reorder an issue
//   - subscribe and unsubscribe, create a to-do item
//   - list and create notes, and promote an issue with the quick action /promote
//   - list related and closing merge requests, and participants
//   - set and reset the estimate, add and reset spent time, get both
//   - list, upload, update and delete the metric images of an incident
//   - get with which program an issue was created
//   - get a project, list its labels and milestones, list users, get the user of the
//     token
//
// # Users
//
// A request must carry the token of a user, as PRIVATE-TOKEN or as "Authorization:
// Bearer". [Users] returns this table:
//
//	user    token                        role
//	olga    gitlab-sandbox-token         owner of harborlab
//	mateo   gitlab-sandbox-token-mateo   maintainer of harborlab
//	devi    gitlab-sandbox-token-devi    developer of harborlab/portal and harborlab/tools
//	rhea    gitlab-sandbox-token-rhea    reporter of harborlab/portal and harborlab/tools
//	gus     gitlab-sandbox-token-gus     guest of harborlab/portal
//	stella  gitlab-sandbox-token-stella  member of nothing
//	ada     gitlab-sandbox-token-ada     administrator of the instance, member of nothing
//
// Everyone may read public projects, create issues there and comment. Authors, and
// reporters and above, may change the title, the description and the state of an
// issue; for others the response is 403. Only reporters and above may
//
//   - set labels, assignees, milestones, dates, weights, epics, confidentiality and
//     types, which are silently ignored for others; guests may set them, except for
//     new labels and incidents, as they create an issue
//   - track time, reorder, and work with metric images; for others the response is
//     403
//   - move and clone; for others the response is 400
//
// Owners and administrators may delete issues, and set created_at, updated_at and
// iid, which are ignored for others. Administrators alone may get an issue by its
// global id, and user agent details. Confidential issues exist only for reporters
// and above, for who wrote them and for who is assigned.
//
// # Failures on demand
//
// Every request for the project harborlab/busy is answered with 429 and a
// Retry-After of 30 seconds, and every request for harborlab/broken with 502 and a
// page in HTML. [Sandbox.RateLimit] and [Sandbox.IssueLimit] turn on limits on
// requests and on new issues. To inject other failures, wrap the sandbox with
// package fault.
//
// # Behavior of the service
//
// The sandbox reproduces behavior that clients often get wrong:
//
//   - The state is opened or closed, and is changed by state_event. Closing a closed
//     issue is a success.
//   - What the user may not see is 404, not 403. Which text a 404 has depends on the
//     operation.
//   - A read with the old path of a renamed project is redirected with 301 to the
//     project's number; a write is answered with 405.
//   - Subscribing, unsubscribing and creating a to-do item respond with 304 and no
//     body if there is nothing to change. Who takes part in an issue is subscribed.
//   - Errors are {"message":"…"}, {"message":{"field":["…"]}} or {"error":"…"}: the
//     last if a parameter is missing, of a wrong type, undocumented or contradicts
//     another.
//   - Parameters may be in the query, in JSON or in a form. labels is a list or a
//     text with commas, which clears if it is empty. Labels that are missing are
//     created for reporters and above. Of labels with the same scope, such as
//     priority::1 and priority::2, an issue keeps the last. Its labels are sorted.
//   - assignee_ids clears if it is 0 or empty. People who cannot read the issue are
//     dropped, and if nobody remains, the assignees stay as they are.
//   - milestone_id clears if it is 0 or empty, but also if the milestone is unknown.
//     due_date clears if it is empty, but also if it is not a date. weight clears if
//     it is null or empty.
//   - An issue that is moved gets another number in the other project. The old one is
//     closed and has moved_to_id. Labels and milestones that the other project lacks
//     are dropped.
//   - A note that contains nothing but /promote creates no note: the response is 202
//     with a summary. If the user may not promote, the line is dropped all the same.
//   - Adding spent time responds with 201, the other changes of times with 200. A day
//     has eight hours, a week five days, a month four weeks; a number alone is hours.
//   - Lists of all issues default to those created by the user. Lists of notes begin
//     with the newest. What in contains besides title and description is ignored,
//     also a name with a blank before it.
//   - Pages have at most 100 rows, 20 by default. X-Total, X-Total-Pages and the link
//     to the last page are missing if there are more than 10,000 rows. X-Next-Page is
//     empty at the end. A list of metric images has no pages.
//   - Every successful read has an ETag. A read with If-None-Match is answered with
//     304 and no body if nothing changed, and counts against the rate limit.
//   - A request beyond the rate limit is answered with 429, a text, Retry-After and
//     the RateLimit headers; creating issues too fast with 429 and JSON.
//   - The instance has Premium without Ultimate: health_status is neither in
//     responses nor heeded in filters, and test cases become issues. With
//     [Sandbox.Free] the same goes for weights, epics and iterations; an issue keeps
//     the first assignee, labels have no scopes, and /promote does nothing.
//   - Issues of archived projects are left out of the lists of all issues and of a
//     group unless non_archived is false; nothing may be written to them: 403.
//   - Addresses contain the host by which the client reached the sandbox.
//
// # Differences from the service
//
// Something new can be read at once. The sandbox does not check the scopes of tokens
// or look for spam, and the search finds parts of words. Unlike the service, it
// requires a token for every request.
//
// It executes no quick action but /promote; the others stay in the text. A create
// with merge_request_to_resolve_discussions_of takes nothing from the merge
// request. Priorities of labels do not exist; sorting by them counts labels.
//
// # Seed data
//
// The group harborlab has the labels bug, feature, docs, priority::1, priority::2
// and workflow::blocked, the milestone 2027 Q1, the epic Offline timetables and the
// iteration Sprint 24, all of which the projects below inherit. Its subgroups are
// harborlab/tools, harborlab/tools/net and harborlab/vault, which is private.
//
//   - harborlab/portal, formerly harborlab/gateway: issues 1 to 13 and 2 merge
//     requests, of which 1 closes issue 1. 4 is an incident with an image, 8 is
//     confidential, 9 is locked. 5, 6 and 7 are closed; 7 was moved to
//     harborlab/tools/cli as 3. 3 has no text. Its own milestones are v2.0 (closed),
//     v2.1 (due 2026-12-18) and Someday (without a date), its own label is
//     area/timetable.
//   - harborlab/tools/cli: issues 1 to 3; milestone v2.1.
//   - harborlab/tools/net/proxy: one issue.
//   - harborlab/vault/keys: private, one issue.
//   - harborlab/attic: archived, one issue.
//   - harborlab/mirror: issues are turned off.
//
// olga/notes, olga's own private project, has one issue.
//
// Every new sandbox starts out the same, ids included.
package sandbox
