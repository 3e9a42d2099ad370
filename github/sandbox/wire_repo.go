package sandbox

import (
	"encoding/json"
	"fmt"
	"time"
)

// repositoryJSON has these verbs: address in the API, address of the web page,
// id, node_id, name, full_name, owner, private, visibility, description, host,
// open issues, whether issues are on, archived, created, pushed, and whether the
// user is an admin, may push, and may triage.
const repositoryJSON = `{"id":%[3]d,"node_id":%[4]q,"name":%[5]q,"full_name":%[6]q,"owner":%[7]s,"private":%[8]t,"visibility":%[9]q,
"html_url":%[2]q,"url":%[1]q,"description":%[10]q,"fork":false,"homepage":null,"language":"Go","license":null,
"clone_url":"%[2]s.git","svn_url":%[2]q,"mirror_url":null,"git_url":"git://%[11]s/%[6]s.git","ssh_url":"git@%[11]s:%[6]s.git",
"archive_url":"%[1]s/{archive_format}{/ref}","assignees_url":"%[1]s/assignees{/user}","blobs_url":"%[1]s/git/blobs{/sha}",
"branches_url":"%[1]s/branches{/branch}","collaborators_url":"%[1]s/collaborators{/collaborator}","comments_url":"%[1]s/comments{/number}",
"commits_url":"%[1]s/commits{/sha}","compare_url":"%[1]s/compare/{base}...{head}","contents_url":"%[1]s/contents/{+path}",
"contributors_url":"%[1]s/contributors","deployments_url":"%[1]s/deployments","downloads_url":"%[1]s/downloads","events_url":"%[1]s/events",
"forks_url":"%[1]s/forks","git_commits_url":"%[1]s/git/commits{/sha}","git_refs_url":"%[1]s/git/refs{/sha}","git_tags_url":"%[1]s/git/tags{/sha}",
"hooks_url":"%[1]s/hooks","issue_comment_url":"%[1]s/issues/comments{/number}","issue_events_url":"%[1]s/issues/events{/number}",
"issues_url":"%[1]s/issues{/number}","keys_url":"%[1]s/keys{/key_id}","labels_url":"%[1]s/labels{/name}","languages_url":"%[1]s/languages",
"merges_url":"%[1]s/merges","milestones_url":"%[1]s/milestones{/number}","notifications_url":"%[1]s/notifications{?since,all,participating}",
"pulls_url":"%[1]s/pulls{/number}","releases_url":"%[1]s/releases{/id}","stargazers_url":"%[1]s/stargazers","statuses_url":"%[1]s/statuses/{sha}",
"subscribers_url":"%[1]s/subscribers","subscription_url":"%[1]s/subscription","tags_url":"%[1]s/tags","teams_url":"%[1]s/teams",
"trees_url":"%[1]s/git/trees{/sha}",
"forks":0,"forks_count":0,"stargazers_count":0,"watchers":0,"watchers_count":0,"size":108,"open_issues":%[12]d,"open_issues_count":%[12]d,
"default_branch":"main","topics":[],"is_template":false,"has_issues":%[13]t,"has_projects":true,"has_wiki":true,"has_pages":false,
"has_downloads":true,"has_discussions":false,"archived":%[14]t,"disabled":false,"web_commit_signoff_required":false,
"created_at":%[15]q,"updated_at":%[16]q,"pushed_at":%[16]q,
"permissions":{"admin":%[17]t,"maintain":%[17]t,"push":%[18]t,"triage":%[19]t,"pull":true}}`

// getRepo returns a repository, also by its former name, which redirects to it.
func (s *Sandbox) getRepo(r *request) response {
	repo, errResponse := s.pathRepo(r)
	if repo == nil {
		return errResponse
	}
	return ok(wireRepository(r, repo))
}

func wireRepository(r *request, repo *repo) json.RawMessage {
	open := 0
	for _, i := range repo.Issues {
		if !i.Closed {
			open++
		}
	}
	role, visibility := repo.roleOf(r.user), "public"
	if repo.Private {
		visibility = "private"
	}
	return fmt.Appendf(nil, repositoryJSON, r.baseURL()+"/repos/"+repo.fullName(), r.web+"/"+repo.fullName(),
		repo.ID, nodeID("Repository", repo.ID), repo.Name, repo.fullName(), wireOwner(r, repo.Owner), repo.Private, visibility, repo.Description, r.Host,
		open, !repo.NoIssues, repo.Archived, repo.Created.Format(time.RFC3339), repo.Pushed.Format(time.RFC3339),
		role == admin, role >= write, role >= triage)
}
