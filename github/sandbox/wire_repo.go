package sandbox

import (
	"strings"
	"time"
)

// wireRepository is a repository, most of whose members are addresses.
type wireRepository map[string]any

// repositoryURLs are the members of a repository that are addresses of the API,
// and what follows the repository's own.
const repositoryURLs = `archive_url /{archive_format}{/ref}
assignees_url /assignees{/user}
blobs_url /git/blobs{/sha}
branches_url /branches{/branch}
collaborators_url /collaborators{/collaborator}
comments_url /comments{/number}
commits_url /commits{/sha}
compare_url /compare/{base}...{head}
contents_url /contents/{+path}
contributors_url /contributors
deployments_url /deployments
downloads_url /downloads
events_url /events
forks_url /forks
git_commits_url /git/commits{/sha}
git_refs_url /git/refs{/sha}
git_tags_url /git/tags{/sha}
hooks_url /hooks
issue_comment_url /issues/comments{/number}
issue_events_url /issues/events{/number}
issues_url /issues{/number}
keys_url /keys{/key_id}
labels_url /labels{/name}
languages_url /languages
merges_url /merges
milestones_url /milestones{/number}
notifications_url /notifications{?since,all,participating}
pulls_url /pulls{/number}
releases_url /releases{/id}
stargazers_url /stargazers
statuses_url /statuses/{sha}
subscribers_url /subscribers
subscription_url /subscription
tags_url /tags
teams_url /teams
trees_url /git/trees{/sha}`

func (s *Sandbox) wireRepository(r *request, repo *repo) wireRepository {
	api, web := r.baseURL()+"/repos/"+repo.fullName(), r.webURL()+"/"+repo.fullName()
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
	w := wireRepository{
		"id": repo.ID, "node_id": nodeID("Repository", repo.ID), "name": repo.Name, "full_name": repo.fullName(),
		"owner": wireOwner(r, repo.Owner), "private": repo.Private, "visibility": visibility, "html_url": web, "url": api,
		"description": repo.Description, "fork": false, "homepage": nil, "language": "Go", "license": nil,
		"clone_url": web + ".git", "svn_url": web, "mirror_url": nil,
		"git_url": "git://" + r.Host + "/" + repo.fullName() + ".git", "ssh_url": "git@" + r.Host + ":" + repo.fullName() + ".git",
		"forks": 0, "forks_count": 0, "stargazers_count": 0, "watchers": 0, "watchers_count": 0, "size": 108,
		"open_issues": open, "open_issues_count": open, "default_branch": "main", "topics": []string{}, "is_template": false,
		"has_issues": !repo.NoIssues, "has_projects": true, "has_wiki": true, "has_pages": false, "has_downloads": true, "has_discussions": false,
		"archived": repo.Archived, "disabled": false, "web_commit_signoff_required": false,
		"created_at": repo.Created.Format(time.RFC3339), "updated_at": repo.Pushed.Format(time.RFC3339), "pushed_at": repo.Pushed.Format(time.RFC3339),
		"permissions": map[string]bool{"admin": role == admin, "maintain": role == admin, "push": role >= write, "triage": role >= triage, "pull": true},
	}
	for line := range strings.SplitSeq(repositoryURLs, "\n") {
		name, path, _ := strings.Cut(line, " ")
		w[name] = api + path
	}
	return w
}
