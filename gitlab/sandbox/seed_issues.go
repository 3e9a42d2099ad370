package sandbox

var portalIssues = []seedIssue{
	{
		title: "The timetable is empty without a network", author: "rhea", assignees: "devi", labels: "bug,area/timetable,priority::1", milestone: "v2.1", weight: 5,
		epic: true, iteration: true, due: "2026-12-04", created: "2026-08-31 08:12", emoji: "olga:thumbsup,gus:thumbsup", estimate: 2 * day, spent: 3*hour + 30*minute,
		body: "## Steps\n\n1. Open the timetable\n2. Turn the network off\n3. Reload\n\nThe page stays **white**.\n\n```\nTypeError: Failed to fetch\n```\n\n@devi, is that the service worker?",
		comments: []seedComment{
			{"devi", "Yes, it caches nothing but the logo. A fix is in !1.", "2026-08-31 09:40"},
			{"-mateo", "assigned to @devi", "2026-08-31 09:45"},
			{"rhea", "Thanks! Until then I print it.", "2026-08-31 10:02"},
		},
	},
	{
		title: "Screen readers skip the platform column", author: "gus", assignees: "olga,rhea", labels: "bug", milestone: "v2.1", weight: 3, due: "2026-11-13",
		created: "2026-09-03 14:30", body: "The column is drawn by CSS, so NVDA reads nothing of it.", comments: []seedComment{{"stella", "Same with VoiceOver.", "2026-09-04 07:15"}},
	},
	{
		title: "Describe how to run the portal behind a proxy", author: Me, labels: "docs", milestone: "Someday", created: "2026-09-07 11:05",
	},
	{
		kind: "incident", title: "Timetable takes 40 seconds", author: "mateo", assignees: "mateo", labels: "priority::1", created: "2026-10-12 06:20",
		body: "Since the deployment at 06:00.", comments: []seedComment{{"mateo", "Rolled back.", "2026-10-12 06:50"}},
	},
	{
		title: "Dark mode", author: "stella", labels: "feature", closedBy: Me, created: "2026-09-14 21:30", body: "Please.", emoji: "stella:heart,devi:thumbsdown",
		comments: []seedComment{{Me, "We will not maintain two themes.", "2026-09-15 08:10"}},
	},
	{
		title: "Delays are lost on restart", author: "devi", assignees: "devi", labels: "bug,area/timetable", milestone: "v2.0", weight: 8, closedBy: "devi",
		created: "2026-09-16 06:20", body: "They are kept in memory only.", estimate: day, spent: week + hour,
	},
	{
		title: "The command line ignores proxies", author: "gus", closedBy: "mateo", movedTo: root + "/tools/cli", created: "2026-09-21 09:15",
		body:     "It was reported for the portal, but the portal is innocent.",
		comments: []seedComment{{"-mateo", "moved to " + root + "/tools/cli#3", "2026-09-21 10:00"}},
	},
	{
		title: "Session cookie is readable by scripts", author: "rhea", assignees: "mateo", labels: "bug,priority::1", milestone: "v2.1", confidential: true,
		created: "2026-09-22 08:00", body: "`HttpOnly` is missing.",
	},
	{
		title: "Why was my account suspended?", author: "stella", locked: true, created: "2026-09-25 16:45", body: "Third time I ask.",
		comments: []seedComment{{Me, "Please use the support desk for accounts.", "2026-09-25 17:00"}},
	},
	{
		title: "`Promise<string>` vanishes from titles & texts", author: "rhea", labels: "bug", created: "2026-10-08 13:20",
		body: "Type `Promise<string>` into a title: only `Promise` remains. <b>Tags</b> are stripped somewhere.",
	},
	{
		title: "Offer the timetable as CSV", author: "gus", assignees: "rhea", labels: "feature,priority::2", milestone: "Someday", weight: 2, epic: true,
		created: "2026-10-19 09:09", body: "PDF cannot be processed any further.",
	},
	{
		title: "时刻表的中文翻译过时了", author: "devi", labels: "docs", created: "2026-11-02 02:30", due: "2027-02-26", body: "“站台”在每个页面上的译法都不一样。",
	},
	{
		title: "Rotate the key that signs tickets", author: Me, assignees: Me + ",mateo", labels: "priority::1,workflow::blocked", milestone: "2027 Q1", iteration: true, weight: 1,
		due: "2026-12-01", created: "2026-11-09 07:55", body: "Before the audit. @mateo knows where the old one is used.",
	},
}

var cliIssues = []seedIssue{
	{
		title: "`timetable login` stores the token world-readable", author: "devi", assignees: "devi", labels: "bug,priority::1", milestone: "v2.1", weight: 2,
		created: "2026-10-05 10:10", body: "`~/.config/timetable/token` is created with 0644; it should be 0600.",
		comments: []seedComment{{Me, "Good catch, @devi.", "2026-10-05 10:30"}},
	},
	{title: "Completion for fish", author: "stella", labels: "feature", created: "2026-10-21 20:00", body: "bash and zsh are there already."},
	{
		title: "The command line ignores proxies", author: "gus", labels: "bug", created: "2026-09-21 09:15", body: "It was reported for the portal, but the portal is innocent.",
		comments: []seedComment{{"-mateo", "moved from " + root + "/portal#7", "2026-09-21 10:00"}},
	},
}

var proxyIssues = []seedIssue{
	{title: "Responses above 64 MB are cut off", author: "rhea", assignees: "mateo", labels: "bug", created: "2026-10-30 12:00", body: "60 MB work."},
}

var keysIssues = []seedIssue{
	{title: "Signing key leaked into a build log", author: "mateo", assignees: Me, labels: "priority::1", created: "2026-09-22 08:30", body: "Build 4711."},
}

var atticIssues = []seedIssue{
	{title: "The old login page", author: "mateo", assignees: "mateo", created: "2025-03-01 09:00", body: "Kept for reference."},
}

var notesIssues = []seedIssue{
	{title: "Agenda for the all-hands", author: Me, assignees: Me, created: "2026-11-16 09:00", body: "- release\n- audit"},
}
