package sandbox

var portalIssues = []seedIssue{
	{
		title: "登录后首页偶发白屏", author: "zhaoqian", assignees: "sunli", labels: []string{"bug", "priority/high"}, milestone: "v2.3",
		created: "2026-09-02 09:12", deadline: "2026-10-15 18:00", status: statusInProgress, issueType: "缺陷", program: "门户重构",
		body:     "### 现象\n登录成功跳转首页后，大约十次有一次整页白屏，刷新恢复。\n\n### 环境\nChrome 140，Windows 11，公司代理网络\n\n### 控制台\n```\nTypeError: Cannot read properties of undefined (reading 'menus')\n```",
		comments: []seedComment{{"sunli", "复现了，和菜单接口返回慢有关，超过 3 秒必现。", "2026-09-02 11:40"}, {"zhaoqian", "生产环境今天又有两位同事遇到，能提高优先级吗？", "2026-09-05 16:03"}},
	},
	{
		title: "Upload of attachments over 8 MB times out", author: "maria", assignees: "sunli,linwei", labels: []string{"bug"}, milestone: "v2.3",
		created: "2026-09-08 15:30", status: statusInProgress, issueType: "缺陷", program: "门户重构",
		body:     "Uploading a 9 MB PDF to an issue spins for 60 s and ends in 504. Files of 5 MB work.\n\nSteps: open any issue, drop the file, wait.\n\nThe proxy's read timeout is 60 s; the upload itself takes 75 s on our line.",
		comments: []seedComment{{"sunli", "The gateway buffers the whole body before it forwards it. I will stream it.", "2026-09-09 10:15"}},
	},
	{
		title: "文档：补充离线安装步骤", author: "linwei", labels: []string{"documentation", "help wanted"}, milestone: "v2.4",
		created: "2026-09-11 10:02", body: "内网用户无法访问公共仓库，需要写明离线包的下载、校验（sha256）和导入步骤。",
	},
	{
		title: "Dark mode: code blocks are unreadable", author: "tomb", assignees: "maria", labels: []string{"bug", "enhancement"}, milestone: "v2.4",
		created: "2026-09-14 21:47", body: "Comments in code blocks are #333 on #222. See `.hljs-comment`.",
	},
	{
		title: "Titles are not escaped in the activity feed", author: "maria", assignees: "sunli", labels: []string{"bug", "kind/security", "priority/high"}, milestone: "v2.3",
		created: "2026-09-18 08:20", issueType: "缺陷", private: true,
		body:     "An issue called `<img src=x onerror=alert(1)>` runs its script on everybody's dashboard. `Promise<string>` in a title disappears for the same reason.",
		comments: []seedComment{{"linwei", "Confirmed on staging. Please keep details out of public channels until v2.3 is out.", "2026-09-18 09:05"}},
	},
	{
		title: "希望列表支持按里程碑分组", author: "zhaoqian", labels: []string{"enhancement"}, milestone: "积压",
		created: "2026-09-20 14:11", issueType: "需求", body: "迭代规划会上每次都要手工筛选，建议列表页支持按里程碑分组并显示各组数量。",
	},
	{
		title: "How do I get all my issues through the API?", author: "tomb", labels: []string{"question"},
		created: "2026-09-23 13:00", status: statusDone,
		body:     "I only get 20.",
		comments: []seedComment{{"linwei", "The list is paged: use `per_page` (at most 100) and `page`.", "2026-09-23 13:40"}, {"tomb", "Works, thank you!", "2026-09-23 14:02"}},
	},
	{
		title: "上传附件超时", author: "tomb", labels: []string{"duplicate"}, created: "2026-09-25 17:29", status: statusRejected, issueType: "缺陷",
		body:     "传 10 MB 的日志总是失败。",
		comments: []seedComment{{"sunli", "与 #2 重复，先关闭。", "2026-09-25 18:00"}},
	},
	{
		title: "导出 CSV 中文乱码", author: "sunli", assignees: "linwei", labels: []string{"bug"}, milestone: "v2.4",
		created: "2026-10-09 09:48", deadline: "2026-11-30 18:00", issueType: "缺陷",
		body:     "Excel 直接打开导出的 CSV 时中文显示为乱码，文件是无 BOM 的 UTF-8。建议加 BOM 或提供 xlsx。",
		comments: []seedComment{{"maria", "Same for accented letters: \"Zoë\" becomes \"ZoÃ«\".", "2026-10-10 20:31"}},
	},
	{
		title: "Keyboard shortcuts fire while typing in the search box", author: "maria", labels: []string{"bug", "help wanted"},
		created: "2026-10-13 19:05", body: "Type \"close\" into search: the `c` opens the comment box. Firefox 143, Linux.",
	},
	{
		title: "Notification mails arrive twice", author: "tomb", labels: []string{"needs-info"},
		created: "2026-10-21 07:33", body: "Since last week every mention comes as two mails, a minute apart.",
		comments: []seedComment{{"linwei", "Could you send the Message-ID headers of both?", "2026-10-21 09:10"}},
	},
	{
		title: "支持用微信扫码登录", author: "zhaoqian", labels: []string{"enhancement", "wontfix"}, created: "2026-10-28 11:20", status: statusRejected, issueType: "需求",
		body: "很多外部协作者没有企业账号。",
	},
	{
		title: "Migration 0042 locks the issues table for minutes", author: "sunli", assignees: "linwei,sunli", labels: []string{"bug", "priority/high"}, milestone: "v2.3",
		created: "2026-11-03 06:55", issueType: "缺陷", program: "门户重构",
		body: "`ALTER TABLE issues ADD COLUMN …` rewrites 40 M rows. Plan: add the column without a default, backfill in batches of 10,000, then set the default.",
	},
	{
		title: "首页加载接口过多", author: "maria", labels: []string{"enhancement"}, milestone: "积压",
		created: "2026-11-12 16:44", body: "首屏共 38 个请求，其中 12 个返回同样的用户信息。合并后预计可以快 1 秒。",
	},
}

var cliIssues = []seedIssue{
	{
		title: "`harbor login` stores the token world-readable", author: "maria", assignees: "linwei", labels: []string{"kind/security"}, milestone: "v1.0",
		created: "2026-10-02 10:10", body: "`~/.config/harbor/token` is created with 0644; it should be 0600.",
		comments: []seedComment{{"linwei", "I take this one.", "2026-10-02 10:30"}},
	},
	{
		title: "Windows 下进度条换行错乱", author: "zhaoqian", labels: []string{"bug"}, created: "2026-10-17 15:15", issueType: "缺陷",
		body: "PowerShell 7 里每次刷新都会换行。",
	},
	{
		title: "Add shell completion for fish", author: "tomb", labels: []string{"enhancement", "help wanted"}, created: "2026-11-01 22:08",
		body: "bash and zsh are there already.",
	},
}

var notesIssues = []seedIssue{
	{title: "整理周会纪要模板", author: Me, assignees: Me, labels: []string{"documentation"}, created: "2026-11-06 09:00", body: "- 进展\n- 风险\n- 下周计划"},
}
