// Package sandbox is a GitCode that runs in this process. It is an
// [http.Handler] that serves the documented issue operations and keeps their
// state, for tests, for the demo, and for trying an agent without a token:
//
//	server := httptest.NewServer(sandbox.New())
//	defer server.Close()
//	baseURL, token := server.URL+sandbox.Prefix, sandbox.Token
//
// Its people, repositories and issues are invented. [New] keeps the state in
// memory; [Open] keeps it in a file, which processes may share.
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
//   - add labels to an issue, replace its labels, remove labels, remove all labels
//   - list the history (operate logs) and the pull requests of an issue
//   - list the issues of a pull request, link issues to it and remove such links;
//     get and set the branches related to an issue
//   - list the reactions to an issue or a comment, and the revisions of its text
//   - get an issue of an enterprise, its comments, its labels and its pull requests,
//     by the global id of the issue
//   - search issues, in all repositories or in one
//   - list, create, update and delete the labels of a repository; list, get, create,
//     update and delete its milestones; list its members (collaborators), and ask
//     whether a user is one
//   - upload a file, which is then served outside of [Prefix]
//   - get the user of the token; search users; list the members of an organization
//     and of an enterprise
//   - list the workflow statuses of an enterprise, the issue types of an
//     organization with their statuses (extend settings), and, under [Prefix8], the
//     custom fields of an enterprise
//
// Lists support the documented filters, sorting and paging: 20 items per page
// by default, 100 at most. A list of a repository's labels has 100 by default;
// a search has 50 at most, and 100 pages. Invalid pages, times, states and sort
// keys of issues are rejected, an unknown direction is ignored. The owner and
// the name of a repository are matched without regard to case.
//
// A body is JSON, or a form (urlencoded or multipart) for the operations whose
// documentation shows forms: creating and updating issues and comments. The
// documented curl commands thus work.
//
// # Users
//
// A request carries the token of a user, as "Authorization: Bearer", in a
// PRIVATE-TOKEN header, or in the query parameter access_token. [Users] returns
// this table:
//
//	user      token                   role
//	linwei    sandbox-token           maintainer of all repositories
//	zhaoqian  sandbox-token-zhaoqian  developer of openharbor/portal and openharbor/cli
//	sunli     sandbox-token-sunli     developer of openharbor/portal and openharbor/cli
//	maria     sandbox-token-maria     reporter of openharbor/portal and openharbor/cli
//	tomb      sandbox-token-tomb      reporter of openharbor/portal; not a member of openharbor/cli
//	guest     sandbox-token-guest     member of no repository
//
// Everyone may read public issues, create issues and comment. Users may change
// the text and the state of their own issues, and edit and delete their own
// comments. Only members of a repository may
//
//   - set labels, assignees and milestones, and change the status, the severity and
//     the custom fields
//   - link issues to pull requests, and set related branches
//   - change the repository's labels and milestones
//   - change issues of others
//   - be assigned
//   - see private issues, which for everyone else but their author do not exist
//
// Reporters and developers have the same permissions, because they differ only
// in what they may do to code. Maintainers may also edit and delete the comments
// of others. A request without permission is answered with 400 and CH.00000403,
// a message that blames the token.
//
// Without a token, public issues, what belongs to them, and the labels and milestones
// of repositories can be read, and searched. The response to any other request is 400,
// as from the service's gateway. With an unknown token it is 404, "token not found".
//
// # Failures on demand
//
// Every request for the repository openharbor/busy is answered with 429 and a
// Retry-After of 30 seconds, and every request for openharbor/broken with 502
// and a page in HTML. To inject other failures, wrap the sandbox with package
// fault.
//
// # Behavior of the service
//
// The sandbox reproduces habits of the live service that its documentation does
// not mention or contradicts, so that a client tested on the sandbox copes with
// the service:
//
//   - The number of an issue is a string. In the target of a comment it is an
//     integer, and its key is misspelled: nubmer.
//   - The full name of a repository has spaces around the slash, except in
//     search results.
//   - An update takes the states close and reopen. It rejects closed and open,
//     which is how issues and filters spell their state.
//   - Responses to a create and an update contain no milestone, no workflow
//     status, and of several assignees only the first. Only reads have the rest.
//   - The security_hole of a write is not part of any response. Reads show it
//     as visibility_reason: public or confidential.
//   - The priority is a bare number. Its meaning, like that of the status and
//     the type, is in a detail object. The list of the user's issues has the
//     status and the type only there.
//   - The number of a milestone is large and global. Its web address contains
//     another, small number, which requests do not accept.
//   - Creating an issue with labels fails with an error that blames the token.
//   - Adding labels takes a bare JSON array and rejects an object. So do linking
//     issues to a pull request and removing such links, which is a DELETE with a body.
//   - Adding or setting a label that the repository lacks creates it.
//   - A label name in a path may contain an escaped slash: kind%2Fsecurity.
//     Several names are separated by commas. If the issue lacks one of them,
//     nothing is removed.
//   - Replacing labels takes a bare JSON array, which must not be empty, and responds
//     with an empty object.
//   - Creating a label takes a form or the query, and rejects JSON. Updating one takes
//     the query alone.
//   - Creating and updating a milestone takes its due_on as a date, and needs it and
//     the title. A description has at most 2,000 characters in UTF-16. Every milestone
//     is created open, and the response to its creation has no address.
//   - Unknown types, statuses, severities, custom fields and their values are
//     ignored without an error, as are all of them outside of an enterprise, and the
//     type in an update. Only reads show what was set.
//   - Unknown assignees and milestones are ignored without an error. If an
//     update names only unknown assignees, the assignees stay as they are.
//   - A title of more than 255 characters is answered with 422.
//   - Updating a comment returns an empty body. Deletions return 204.
//   - The totals of a list are in headers whose names are not in canonical form,
//     such as total_count. Operate logs, pull requests, related branches and revisions
//     have no totals and no pages, reactions and the issues of a pull request no totals.
//   - The pages of a search for issues overlap: each one after the first begins with the
//     last row of the one before, unless a page has only one row. Its rows thus
//     fill more pages than total_count suggests, and there is no total_page.
//   - A search result has no people, no milestone, no status and no type.
//   - A member of a repository has a username, no login, and more than a dozen
//     members that are always null. A member of an organization has a login and a
//     member_role, that of an enterprise has both in other members: user and role.
//   - The id of a user is a string; among the members of an enterprise it is an
//     integer unless it contains letters.
//   - The address of a milestone is called url in the list of milestones, and
//     html_url in an issue. The state of an open milestone is active.
//   - Only organizations of an enterprise have issue types and statuses. For any
//     other one the response is 404.
//   - Errors have the service's format, whose error_code can differ from the
//     HTTP status.
//   - A file is uploaded as a form. Its address is that of a page of the repository,
//     on gitcode.com, and needs no token. Unusual characters of its name become
//     underscores.
//   - A missing value is null, empty or absent, depending on the member. Times
//     are in Beijing's time zone. Responses contain many members that no client
//     needs, so that their size is realistic.
//
// # Differences from the service
//
// The sandbox is friendlier in these ways. It has no rate limit. A response is
// never truncated, and something new can be read at once, which the service
// sometimes answers with 404. It checks no scopes of tokens and blocks no text.
// It takes a token in the query for writes too, and any length of a label name.
// A list of an enterprise, an organization or the members of a repository needs
// no membership.
//
// It is stricter in these ways. It always rejects labels in a create, which the
// service sometimes accepts. It shows the members of a repository, and anything of an
// organization or an enterprise, only with a token. Only members upload files, of less
// than 16 MiB as they are sent, and a repository keeps the latest 20.
//
// It rejects a label without a color, and a label or a milestone whose name or title
// exists. An update of a milestone without a state opens it, and one without a
// description removes that.
//
// Where reports about the service contradict each other or are missing, the
// sandbox has to choose, and a client should not depend on it:
//
//   - An update leaves the fields alone that it does not contain, the milestone
//     included. The milestone "" removes it.
//   - Several labels in a filter must all be present.
//   - The assignee filter takes a username or the id of a user.
//   - In filters by time, created_at selects what was created at that time or
//     later, and created_after and created_before exclude it. The created_before
//     of an enterprise is a date and includes that day.
//   - A search finds issues whose title or text contains all of q as it is,
//     without regard to case, the latest first unless sorted. Its repo is
//     owner/repo or the path of a repository, and nothing is found in one that
//     does not exist.
//   - Issues to link that the repository lacks are ignored, as are related branches
//     that are neither main nor those of a pull request of the repository. The response
//     to a link has all issues that are linked afterwards, that to its removal those
//     that were linked before. No related branches are null, as are no revisions.
//   - The first edit of a text adds two revisions: the text as it was written, and as
//     it is then. The latest comes first.
//   - Members of an organization or an enterprise are those of its repositories,
//     and maintainers are its admins. A search finds users by a part of the login or
//     the name. Their pages overlap like those of a search for issues.
//   - Only the list of a repository's labels has descriptions, and not for every
//     label. It begins with the latest label.
//   - The severity is the title of a priority. A status closes or reopens an issue,
//     and the path of a template changes nothing. The custom fields of an enterprise
//     are found by its path or that of one of its organizations.
//   - A milestone counts the issues that the user may see. Sorted by due_on,
//     those without a date come first. A closed milestone can still be set.
//
// # Seed data
//
// There are three repositories:
//
//   - openharbor/portal: 14 issues, of which 7, 8 and 12 are closed and 5 is
//     private. Its milestones are 253899 (v2.3, due 2026-11-30), 254120 (v2.4,
//     due 2027-01-31) and 249511 (积压, the backlog, without a date); their web
//     addresses end in 4, 5 and 1. Milestone 251306 (v2.2) is closed and has no
//     issues. Pull requests 9 and 12, which belongs to sunli/portal, are linked to
//     issue 2, 11 to issue 5, and 13 to none. Branch fix/upload-timeout is related to
//     issue 2, which was edited and has reactions, as does its comment. Issues 1, 2
//     and 13 belong to the program 门户重构.
//   - openharbor/cli: 3 open issues and milestone 256077 (v1.0, due 2026-12-15),
//     whose address ends in 1. Issue 1 is by maria, 2 by zhaoqian, 3 by tomb.
//   - linwei/notes: 1 open issue, no milestones. Only linwei is a member.
//
// The organization openharbor belongs to the enterprise harbor-tech; linwei's
// own repository does not. The enterprise's statuses are 待办的 (to do), 进行中 (in
// progress), 已完成 (done) and 已拒绝 (rejected), its types 任务 (task), 缺陷 (bug) and
// 需求 (requirement), its custom fields 业务线 (business line), Platforms and Found in
// version, of which only a bug has the last two. Issues are written in Chinese or English, and some of their
// texts contain Markdown, HTML or code.
//
// Every repository has the labels bug, enhancement, documentation, question,
// duplicate, help wanted, wontfix, kind/security, priority/high and needs-info.
//
// Every new sandbox starts out the same, ids included.
package sandbox
