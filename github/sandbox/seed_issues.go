package sandbox

var portalIssues = []seedIssue{
	{
		title: "Uploads above 64 MB fail with 413", author: "remy", assignees: "hugh", labels: "bug,area/upload,P1", milestone: 2, kind: "Bug",
		created: "2026-08-31 08:12",
		body:    "## Steps\n\n1. Open any shipment\n2. Drop a 70 MB PDF\n\nThe answer is **413**; 60 MB work.\n\n```\nPOST /upload -> 413 Payload Too Large\n```\n\n@hugh, is that the ingress?",
		comments: []seedComment{
			{"hugh", "Yes, `client_max_body_size` of the ingress. A fix is in #5.", "2026-08-31 09:40"},
			{"remy", "Thanks! Until then I split the files.", "2026-08-31 10:02"},
		},
	},
	{
		title: "Screen readers skip the berth table", author: "tess", assignees: "octavia,tess", labels: "bug,help wanted", milestone: 2, kind: "Bug",
		created: "2026-09-03 14:30", body: "The table is built from `<div>` without roles, so NVDA reads nothing of it.\n\nSeen by @remy too.",
		comments: []seedComment{{"stan", "Same with VoiceOver.", "2026-09-04 07:15"}},
	},
	{
		title: "Describe how to run the portal behind a proxy", author: "octavia", labels: "documentation,good first issue", milestone: 3, kind: "Task",
		created: "2026-09-07 11:05",
	},
	{
		title: "Berth list shows times in the server's zone", author: "stan", labels: "bug", kind: "Bug",
		created: "2026-09-10 19:47", body: "I am in UTC+9 and every arrival is nine hours early.",
		comments: []seedComment{{"tess", "Which browser? @stan", "2026-09-11 08:00"}},
	},
	{
		title: "Raise the ingress body limit", author: "hugh", assignees: "octavia", labels: "area/upload", milestone: 2, pull: "open",
		created: "2026-09-11 09:00", body: "Fixes #1.",
	},
	{
		title: "Dark mode", author: "stan", labels: "enhancement,wontfix", closed: "not_planned", closedBy: "octavia", kind: "Feature",
		created: "2026-09-14 21:30", body: "Please.",
		comments: []seedComment{{"octavia", "We will not maintain two themes.", "2026-09-15 08:10"}},
	},
	{
		title: "Upload service loses files on restart", author: "hugh", assignees: "hugh", labels: "bug,area/upload,P1", milestone: 1, closed: "completed", closedBy: "hugh", kind: "Bug",
		created: "2026-09-16 06:20", body: "Files in flight are kept in memory only.",
	},
	{
		title: "Large uploads fail", author: "stan", labels: "duplicate", closed: "duplicate", closedBy: "tess",
		created: "2026-09-18 12:00", body: "See title.",
		comments: []seedComment{{"tess", "Duplicate of #1", "2026-09-18 12:30"}},
	},
	{gone: "cli"},   // now cli's last issue
	{gone: "vault"}, // now vault's last issue
	{gone: "deleted"},
	{
		title: "Why was my account suspended?", author: "stan", labels: "question", lock: "too heated",
		created: "2026-09-25 16:45", body: "Third time I ask.",
		comments: []seedComment{{"octavia", "Please use the support desk for accounts.", "2026-09-25 17:00"}, {"stan", "They do not answer!", "2026-09-25 17:03"}},
	},
	{
		title: "Move the berth table to semantic HTML", author: "tess", assignees: "tess", milestone: 2, pull: "draft",
		created: "2026-10-02 10:00", body: "For #2.",
	},
	{
		title: "Store uploads before answering", author: "hugh", assignees: "hugh", labels: "area/upload", milestone: 1, pull: "merged", closedBy: "octavia",
		created: "2026-10-05 08:00", body: "Follows up on #7.",
	},
	{
		title: "`Promise<string>` vanishes from titles & texts", author: "remy", labels: "bug", kind: "Bug",
		created: "2026-10-08 13:20", body: "Type `Promise<string>` into a title: only `Promise` remains. <b>Tags</b> are stripped somewhere.",
	},
	{
		title: "Offer exports as CSV", author: "remy", assignees: "crew-01,crew-02", labels: "enhancement", milestone: 3, kind: "Feature",
		created: "2026-10-19 09:09", body: "PDF cannot be processed any further.",
	},
	{
		title: "ポータルの日本語訳が古い", author: "crew-03", labels: "documentation", created: "2026-11-02 02:30", kind: "Task",
		body: "「バース」の訳語が画面ごとに違います。",
	},
	{
		title: "Rotate the upload signing key", author: "octavia", assignees: "octavia,hugh", labels: "P1", milestone: 2, kind: "Task",
		created: "2026-11-09 07:55", body: "Before the audit on 2026-12-01. @hugh knows where the old one is used.",
	},
}

var cliIssues = []seedIssue{
	{
		title: "`harborctl login` stores the token world-readable", author: "colin", assignees: "colin", labels: "bug,P1", milestone: 1, kind: "Bug",
		created: "2026-10-05 10:10", body: "`~/.config/harborctl/token` is created with 0644; it should be 0600.",
		comments: []seedComment{{"octavia", "Good catch, @colin.", "2026-10-05 10:30"}},
	},
	{
		title: "Completion for fish", author: "stan", labels: "enhancement,help wanted", milestone: 1, kind: "Feature",
		created: "2026-10-21 20:00", body: "bash and zsh are there already.",
	},
	{
		title: "Write the token with mode 0600", author: "colin", assignees: "octavia", pull: "open", milestone: 1,
		created: "2026-10-22 08:00", body: "Fixes #1.",
	},
	{
		title: "`harborctl upload` ignores proxies", author: "crew-01", labels: "bug", kind: "Bug",
		created: "2026-09-21 09:15", body: "It was reported for the portal, but the portal is innocent.",
	},
}

var vaultIssues = []seedIssue{
	{title: "Signing key leaked into a build log", author: "remy", assignees: "octavia", labels: "P1", kind: "Task", created: "2026-09-22 08:00", body: "Build 4711."},
}

var atticIssues = []seedIssue{
	{title: "The old login page", author: "hugh", assignees: "hugh", created: "2025-03-01 09:00", body: "Kept for reference."},
}

var notesIssues = []seedIssue{
	{title: "Agenda for the all-hands", author: Me, assignees: Me, created: "2026-11-16 09:00", body: "- release\n- audit"},
}
