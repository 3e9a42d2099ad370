package gitcode_test

import (
	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/contracttest"
)

// contractMilestone is a milestone of contractRepo, v2.3.
var contractMilestone = gitcode.MilestoneRef{RepoRef: contractRepo, Number: 253899}

func createRepoLabel() contractOperation {
	type params = gitcode.CreateRepoLabelParams
	return calls("CreateRepoLabel", "POST /repos/{owner}/{repo}/labels", (*gitcode.Client).CreateRepoLabel,
		example[params]{name: "color", params: params{RepoRef: contractRepo, Name: "kind/new", Color: "fff"}, want: map[string]string{"name": "kind/new", "color": "#fff"}},
		example[params]{name: "color of an existing label fails", params: params{RepoRef: contractRepo, Name: "bug", Color: "fff"}},
	)
}

func updateRepoLabel() contractOperation {
	type params = gitcode.UpdateRepoLabelParams
	return calls("UpdateRepoLabel", "PATCH /repos/{owner}/{repo}/labels/{original_name}", (*gitcode.Client).UpdateRepoLabel,
		example[params]{name: "name and color", params: params{RepoRef: contractRepo, OriginalName: "kind/security", Name: "kind/new", Color: "#fff"}, want: map[string]string{"name": "kind/new", "color": "#fff"}},
		example[params]{name: "name of an unknown label fails", params: params{RepoRef: contractRepo, OriginalName: "nothing", Name: "kind/new"}},
	)
}

func deleteRepoLabel() contractOperation {
	return calls("DeleteRepoLabel", "DELETE /repos/{owner}/{repo}/labels/{name}", contracttest.Discard((*gitcode.Client).DeleteRepoLabel),
		example[gitcode.RepoLabelRef]{name: "name", params: gitcode.RepoLabelRef{RepoRef: contractRepo, Name: "kind/security"}})
}

func listMilestones() contractOperation {
	type params = gitcode.ListMilestonesParams
	return calls("ListMilestones", "GET /repos/{owner}/{repo}/milestones", (*gitcode.Client).ListMilestones,
		example[params]{name: "filters", params: params{RepoRef: contractRepo, State: "all", Sort: "due_on", Direction: "desc", Paging: contractPage}},
		example[params]{name: "limit", params: params{RepoRef: contractRepo, Paging: contractRows}},
	)
}

func getMilestone() contractOperation {
	return calls("GetMilestone", "GET /repos/{owner}/{repo}/milestones/{number}", (*gitcode.Client).GetMilestone,
		example[gitcode.MilestoneRef]{name: "number", params: contractMilestone})
}

func createMilestone() contractOperation {
	type params = gitcode.CreateMilestoneParams
	return calls("CreateMilestone", "POST /repos/{owner}/{repo}/milestones", (*gitcode.Client).CreateMilestone,
		example[params]{name: "description", params: params{RepoRef: contractRepo, Title: "v3", DueOn: "2027-03-31", Description: "Later"}, want: map[string]string{"due_on": `"2027-03-31"`, "description": `"Later"`}},
		example[params]{name: "no description", params: params{RepoRef: contractRepo, Title: "v3", DueOn: "2027-03-31"}},
	)
}

func updateMilestone() contractOperation {
	type params = gitcode.UpdateMilestoneParams
	return calls("UpdateMilestone", "PATCH /repos/{owner}/{repo}/milestones/{number}", (*gitcode.Client).UpdateMilestone,
		example[params]{
			name: "all", params: params{MilestoneRef: contractMilestone, Title: new("v3"), DueOn: new("2027-03-31"), Description: new(""), State: new("closed")},
			want: map[string]string{"title": `"v3"`, "due_on": `"2027-03-31"`, "description": `""`, "state": `"closed"`},
		},
		example[params]{
			name: "state", params: params{MilestoneRef: contractMilestone, State: new("closed")},
			want: map[string]string{"title": `"v2.3"`, "due_on": `"2026-11-30"`, "description": `"稳定性与安全修复"`, "state": `"closed"`},
		},
	)
}

func deleteMilestone() contractOperation {
	return calls("DeleteMilestone", "DELETE /repos/{owner}/{repo}/milestones/{number}", contracttest.Discard((*gitcode.Client).DeleteMilestone),
		example[gitcode.MilestoneRef]{name: "number", params: contractMilestone})
}

func replaceLabels() contractOperation {
	type params = gitcode.ReplaceLabelsParams
	return calls("ReplaceLabels", "PUT /repos/{owner}/{repo}/issues/{number}/labels", (*gitcode.Client).ReplaceLabels,
		example[params]{name: "labels", params: params{IssueRef: contractIssue, Labels: gitcode.Labels{"new", "kind/security"}, CreateLabels: true}, want: map[string]string{"body": `["new","kind/security"]`}},
		example[params]{name: "no labels", params: params{IssueRef: contractIssue, Labels: gitcode.Labels{}}},
	)
}
