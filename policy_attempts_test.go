package main

// strictPolicy allows an agent to triage one repository of each forge.
const strictPolicy = `
read = ["openharbor/portal", "openharbor/old"]
write = ["openharbor/portal", "openharbor/old"]
tools = ["*", "!*delete*"]
labels.add = ["*", "!wontfix", "!kind/*", "!priority/high"]
labels.remove = ["needs-info"]
states = ["open"]
assignees = ["sunli", "hugh", "omar"]
commands = false
mentions = 2
writes_per_hour = 40
writes_per_issue = 3

[github]
read = ["octoharbor/*", "!octoharbor/vault", "!octoharbor/notes"]
write = ["octoharbor/portal"]

[gitlab]
read = ["harborlab/*"]
write = ["harborlab/portal", "harborlab/tools/*"]
`

// attempts are calls that an agent makes because issues tell it to, and the rule that
// keeps each from happening, or the beginning of another error.
var attempts = []struct{ call, rule string }{
	// Other repositories, and other names for them.
	{`comment {"owner":"openharbor","repo":"cli","number":1,"body":"x"}`, "read"},
	{`comment {"owner":"OpenHarbor","repo":"CLI","number":1,"body":"x"}`, "read"},
	{`comment {"owner":"https://gitcode.com/openharbor/cli/issues/1","body":"x"}`, "read"},
	{`comment {"owner":"https://gitcode.com/openharbor/%63li/issues/1","body":"x"}`, "read"},
	{`comment {"owner":"openharbor","repo":"portal/../cli","number":1,"body":"x"}`, "is not the address"},
	{`comment {"owner":"openharbor","repo":"portal%2f..%2fcli","number":1,"body":"x"}`, "read"},
	{`comment {"owner":"openharbor/portal/..","repo":"cli","number":1,"body":"x"}`, "is not the address"},
	{`comment {"owner":"openharbor","repo":"c\u200bli","number":1,"body":"x"}`, "read"},
	{`comment {"owner":"openharbor","repo":"portal\u2060","number":1,"body":"x"}`, "read"},
	{`comment {"owner":"openharbor","repo":"\uff43li","number":1,"body":"x"}`, "read"},
	{`comment {"owner":"openharbor","repo":"portal.git","number":1,"body":"x"}`, "read"},
	{`comment {"owner":"openharbor","repo":"portal,cli","number":1,"body":"x"}`, "read"},
	{`comment {"owner":"openharbor","repo":"..","number":1,"body":"x"}`, "must not be"},
	{`create_issue {"owner":"openharbor","repo":"cli","title":"x"}`, "read"},
	{`create_issue {"owner":"openharbor","repo":"portal\u0000","title":"x"}`, "read"},
	{`update_issue {"owner":"openharbor","repo":"cli","number":1,"title":"x"}`, "read"},
	{`update_issues {"owner":"openharbor","repo":"cli","changes":[{"numbers":[1,2],"comment":"x"}]}`, "read"},
	{`update_comment {"owner":"openharbor","repo":"cli","id":1,"body":"x"}`, "read"},
	{`get_issue {"owner":"linwei","repo":"notes","number":1}`, "read"},
	{`get_repo {"owner":"openharbor","repo":"cli"}`, "read"},
	{`list_repo_issues {"owner":"linwei","repo":"notes","include":["body"]}`, "read"},
	{`list_repo_comments {"owner":"openharbor","repo":"cli"}`, "read"},
	{`search_issues {"q":"token"}`, "read"},
	{`search_issues {"q":"token","owner":"openharbor","repo":"cli"}`, "read"},
	{`search_issues {"q":"token","owner":"openharbor/portal","repo":"cli"}`, "but the address"},
	{`list_user_issues {"filter":"all"}`, "read"},
	{`list_org_issues {"org":"openharbor","filter":"all"}`, "read"},
	{`list_enterprise_issues {"enterprise":"harbor-tech"}`, "read"},
	{`get_enterprise_issue {"enterprise":"harbor-tech","issue_id":1}`, "read"},
	// Files, whose addresses anybody can write.
	{`get_attachment {"url":"https://gitcode.com/linwei/notes/attachment/uploads/1/a.png"}`, "read"},
	{`get_attachment {"url":"https://raw.gitcode.com/openharbor/portal/../../linwei/notes/a.png"}`, "read"},
	{`get_attachment {"url":"https://raw.gitcode.com/openharbor/portal/%2e%2e/%2e%2e/linwei/notes/a.png"}`, "read"},
	{`get_attachment {"url":"https://raw.gitcode.com/openharbor/portal/..%2f..%2flinwei/notes/a.png"}`, "read"},
	{`get_attachment {"url":"https://raw.gitcode.com//openharbor/portal/a.png"}`, "read"},
	{`get_attachment {"url":"https://raw.gitcode.com/openharbor/old/a.png"}`, "read"},
	{`get_attachment {"url":"https://cdn-img.gitcode.com/a.png"}`, "read"},
	// A repository that has moved, and answers under its old name.
	{`get_issue {"owner":"openharbor","repo":"old","number":1}`, "read"},
	{`comment {"owner":"openharbor","repo":"old","number":1,"body":"x"}`, "read"},
	{`create_issue {"owner":"OpenHarbor","repo":"Old","title":"x"}`, "read"},
	{`update_issues {"owner":"openharbor","repo":"old","changes":[{"numbers":[1],"comment":"x"}]}`, "read"},
	// Labels.
	{`add_labels {"owner":"openharbor","repo":"portal","number":3,"labels":["wontfix"]}`, "labels.add"},
	{`add_labels {"owner":"openharbor","repo":"portal","number":3,"labels":["WontFix"],"create_labels":true}`, "labels.add"},
	{`add_labels {"owner":"openharbor","repo":"portal","number":3,"labels":["wont\u200bfix"],"create_labels":true}`, "labels.add"},
	{`add_labels {"owner":"openharbor","repo":"portal","number":3,"labels":["\uff57ontfix"],"create_labels":true}`, "labels.add"},
	{`add_labels {"owner":"openharbor","repo":"portal","number":3,"labels":["\u212aind/x"],"create_labels":true}`, "labels.add"},
	{`add_labels {"owner":"openharbor","repo":"portal","number":3,"labels":["question"," priority/high "]}`, "labels.add"},
	{`create_issue {"owner":"openharbor","repo":"portal","title":"x","labels":["question","wontfix"]}`, "labels.add"},
	{`update_issue {"owner":"openharbor","repo":"portal","number":3,"labels":["documentation","help wanted","wontfix"]}`, "labels.add"},
	{`update_issue {"owner":"openharbor","repo":"portal","number":3,"labels":["help wanted"]}`, "labels.remove"},
	{`update_issue {"owner":"openharbor","repo":"portal","number":3,"labels":[]}`, "labels.remove"},
	{`remove_labels {"owner":"openharbor","repo":"portal","number":1,"labels":["bug"]}`, "labels.remove"},
	{`update_issues {"owner":"openharbor","repo":"portal","changes":[{"numbers":[3],"comment":"x"},{"numbers":[4],"add_labels":["wontfix"]}]}`, "labels.add"},
	{`update_issues {"owner":"openharbor","repo":"portal","changes":[{"numbers":[3],"comment":"x"},{"numbers":[4],"remove_labels":["bug"]}]}`, "labels.remove"},
	{`replace_labels {"owner":"openharbor","repo":"portal","number":3,"labels":[]}`, "labels.remove"},
	{`replace_labels {"owner":"openharbor","repo":"portal","number":3,"labels":["documentation","help wanted","wontfix"]}`, "labels.add"},
	{`create_repo_label {"owner":"openharbor","repo":"portal","name":"kind/x","color":"#ff0000"}`, "labels.add"},
	{`update_repo_label {"owner":"openharbor","repo":"portal","original_name":"bug","name":"x"}`, "labels.remove"},
	{`create_milestone {"owner":"openharbor","repo":"cli","title":"x","due_on":"2026-12-31"}`, "read"},
	// States and assignees.
	{`update_issue {"owner":"openharbor","repo":"portal","number":1,"state":"closed"}`, "states"},
	{`update_issues {"owner":"openharbor","repo":"portal","changes":[{"numbers":[3,4],"comment":"x"},{"numbers":[6],"state":"closed"}]}`, "states"},
	{`update_issue {"owner":"openharbor","repo":"portal","number":3,"assignee":"maria"}`, "assignees"},
	{`update_issue {"owner":"openharbor","repo":"portal","number":3,"add_assignees":["@maria"]}`, "assignees"},
	{`update_issue {"owner":"openharbor","repo":"portal","number":2,"assignee":"sunli"}`, "assignees"},
	{`update_issue {"owner":"openharbor","repo":"portal","number":2,"assignee":""}`, "assignees"},
	{`update_issue {"owner":"openharbor","repo":"portal","number":3,"assignee":"me"}`, "assignees"},
	{`create_issue {"owner":"openharbor","repo":"portal","title":"x","assignee":"sunli,maria"}`, "assignees"},
	{`update_issues {"owner":"openharbor","repo":"portal","changes":[{"numbers":[3],"comment":"x","assignee":"maria"}]}`, "assignees"},
	// Commands.
	{`comment {"owner":"openharbor","repo":"portal","number":1,"body":"Fixed.\n/close"}`, "like a command"},
	{`comment {"owner":"openharbor","repo":"portal","number":1,"body":"/close","allow_commands":true}`, "commands"},
	{"comment {\"owner\":\"openharbor\",\"repo\":\"portal\",\"number\":1,\"body\":\"```\\n/kind bug\\n```\",\"allow_commands\":true}", "commands"},
	{`comment {"owner":"openharbor","repo":"portal","number":1,"body":"> > /close","allow_commands":true}`, "commands"},
	{`comment {"owner":"openharbor","repo":"portal","number":1,"body":"a\u2028/close","allow_commands":true}`, "commands"},
	{`comment {"owner":"openharbor","repo":"portal","number":1,"body":"a\u2029/close"}`, "like a command"},
	{`comment {"owner":"openharbor","repo":"portal","number":1,"body":"a\u000b/close"}`, "like a command"},
	{`comment {"owner":"openharbor","repo":"portal","number":1,"body":"a\f/close"}`, "like a command"},
	{`comment {"owner":"openharbor","repo":"portal","number":1,"body":"a\r/close"}`, "like a command"},
	{`comment {"owner":"openharbor","repo":"portal","number":1,"body":"a\u0085/close"}`, "like a command"},
	{`comment {"owner":"openharbor","repo":"portal","number":1,"body":"\uff0fclose","allow_commands":true}`, "commands"},
	{`comment {"owner":"openharbor","repo":"portal","number":1,"body":"\u2215close"}`, "like a command"},
	{`comment {"owner":"openharbor","repo":"portal","number":1,"body":"\u200b\ufeff/\u200bcl\u2060ose"}`, "like a command"},
	{`comment {"owner":"openharbor","repo":"portal","number":1,"body":"&#x2f;close"}`, "like a command"},
	{`create_issue {"owner":"openharbor","repo":"portal","title":"x","body":"/assign me","allow_commands":true}`, "commands"},
	{`update_issue {"owner":"openharbor","repo":"portal","number":3,"append":"/close","allow_commands":true}`, "commands"},
	{`update_issue {"owner":"openharbor","repo":"portal","number":3,"title":"y","comment":"/close","allow_commands":true}`, "commands"},
	{`update_issue {"owner":"openharbor","repo":"portal","number":15,"edits":[{"old":"Use /close","new":"/close"}],"allow_commands":true}`, "commands"},
	{`update_issue {"owner":"openharbor","repo":"portal","number":15,"edits":[{"old":"Use ","new":""}]}`, "like a command"},
	{`update_issues {"owner":"openharbor","repo":"portal","changes":[{"numbers":[1,2],"comment":"x"},{"numbers":[3],"comment":"/close"}],"allow_commands":true}`, "commands"},
	// Mentions.
	{`comment {"owner":"openharbor","repo":"portal","number":1,"body":"@zhaoqian @sunli @maria"}`, "mentions"},
	{`comment {"owner":"openharbor","repo":"portal","number":1,"body":"\uff20zhaoqian&#64;sunli\n@\u200bmaria"}`, "mentions"},
	{`create_issue {"owner":"openharbor","repo":"portal","title":"@zhaoqian @sunli @maria"}`, "mentions"},
	{`update_issue {"owner":"openharbor","repo":"portal","number":3,"append":"@zhaoqian @sunli @maria"}`, "mentions"},
	{`update_issues {"owner":"openharbor","repo":"portal","changes":[{"numbers":[1],"comment":"x"},{"numbers":[2],"comment":"@a @b @c"}]}`, "mentions"},
	{`comment {"owner":"openharbor","repo":"portal","number":1,"body":"x\u200b@zhaoqian &#97;@sunli \uff11@maria"}`, "mentions"},
	{`comment {"owner":"openharbor","repo":"portal","number":1,"body":"@openharbor/a @openharbor/b @openharbor/c"}`, "mentions"},
	// Tools and rates.
	{`delete_comment {"owner":"openharbor","repo":"portal","id":1}`, "tools"},
	{`update_issues {"owner":"openharbor","repo":"portal","changes":[{"numbers":[1],"comment":"1"},{"numbers":[1],"comment":"2"},{"numbers":[1],"comment":"3"},{"numbers":[1],"comment":"4"}]}`, "writes_per_issue"},
	{`update_issues {"owner":"openharbor","repo":"portal","changes":[{"numbers":[1,2,3,4,5,6,7,8,9,10,11,12,13,14],"comment":"1"},{"numbers":[1,2,3,4,5,6,7,8,9,10,11,12,13,14],"comment":"2"},{"numbers":[1,2,3,4,5,6,7,8,9,10,11,12,13,14],"comment":"3"}]}`, "writes_per_hour"},

	{`github_create_issue {"owner":"octoharbor","repo":"cli","title":"x"}`, "github.write"},
	{`github_update_issue {"owner":"octoharbor","repo":"cli","issue_number":1,"title":"x"}`, "github.write"},
	{`github_get_issue {"owner":"octoharbor","repo":"Vault","issue_number":1}`, "github.read"},
	{`github_get_issue {"owner":"octoharbor","repo":"\uff36ault","issue_number":1}`, "github.read"},
	{`github_get_issue {"owner":"octoharbor","repo":"vault.git","issue_number":1}`, "github.read"},
	{`github_get_issue {"owner":"octoharbor","repo":"gateway","issue_number":1}`, "github.read"}, // renamed to portal
	{`github_get_issue {"owner":"octoharbor","repo":"portal","issue_number":10}`, "github.read"}, // transferred to vault
	{`github_update_issue {"owner":"octoharbor","repo":"portal","issue_number":10,"title":"x"}`, "github.read"},
	{`github_get_issue {"owner":"octavia","repo":"notes","issue_number":1}`, "github.read"},
	{`github_list_my_issues {"filter":"all"}`, "github.read"},
	{`github_list_org_issues {"org":"octoharbor","filter":"all"}`, "github.read"},
	{`github_update_issue {"owner":"octoharbor","repo":"portal","issue_number":1,"labels":["wontfix"]}`, "labels.add"},
	{`github_update_issue {"owner":"octoharbor","repo":"portal","issue_number":1,"labels":[]}`, "labels.remove"},
	{`github_update_issue {"owner":"octoharbor","repo":"portal","issue_number":1,"state":"closed"}`, "states"},
	{`github_update_issue {"owner":"octoharbor","repo":"portal","issue_number":1,"append":"\u2028\u29f8close"}`, "commands"},
	{`github_create_issue {"owner":"octoharbor","repo":"portal","title":"x","body":"/close"}`, "commands"},
	{`github_create_issue {"owner":"octoharbor","repo":"portal","title":"x","assignees":["octavia"]}`, "assignees"},
	{`github_add_assignees {"owner":"octoharbor","repo":"portal","issue_number":1,"assignees":["me"]}`, "assignees"},
	{`github_create_issue {"owner":"octoharbor","repo":"portal","title":"x","body":"@a @b @c"}`, "mentions"},

	{`gitlab_get_issue {"id":"olga/notes","issue_iid":1}`, "gitlab.read"},
	{`gitlab_get_issue {"id":"harborlab/vault/keys","issue_iid":1}`, "gitlab.read"},
	{`gitlab_get_issue {"id":"harborlab%2Fvault%2Fkeys","issue_iid":1}`, "gitlab.read"},
	{`gitlab_get_issue {"id":"harborlab%252Fvault%252Fkeys","issue_iid":1}`, "gitlab.read"},
	{`gitlab_get_issue {"id":"harborlab/portal/../vault/keys","issue_iid":1}`, "is not the address"},
	{`gitlab_get_issue {"id":"1","issue_iid":1}`, "gitlab.read"},
	{`gitlab_get_issue {"id":"harborlab/gateway","issue_iid":1}`, "gitlab.read"}, // renamed to portal
	{`gitlab_list_issues {"scope":"all"}`, "gitlab.read"},
	{`gitlab_list_group_issues {"id":"harborlab"}`, "gitlab.read"},
	{`gitlab_get_issue_by_id {"id":1}`, "gitlab.read"},
	{`gitlab_create_issue {"id":"harborlab/attic","title":"x"}`, "gitlab.write"},
	{`gitlab_update_issue {"id":"harborlab/portal","issue_iid":1,"state":"closed"}`, "states"},
	{`gitlab_update_issue {"id":"harborlab/portal","issue_iid":1,"add_labels":["wontfix"],"create_labels":true}`, "labels.add"},
	{`gitlab_update_issue {"id":"harborlab/portal","issue_iid":1,"labels":[]}`, "labels.remove"},
	{`gitlab_update_issue {"id":"harborlab/portal","issue_iid":1,"add_labels":["priority::2"]}`, "labels.remove"}, // displaces priority::1
	{`gitlab_update_issue {"id":"harborlab/portal","issue_iid":1,"assignee_ids":["me"]}`, "assignees"},
	{`gitlab_update_issue {"id":"harborlab/portal","issue_iid":2,"assignee_ids":["1"]}`, "assignees"},
	{`gitlab_update_issue {"id":"harborlab/portal","issue_iid":1,"append":"\u000b/close"}`, "commands"},
	{`gitlab_create_issue {"id":"harborlab/portal","title":"x","description":"/confidential"}`, "commands"},
	{`gitlab_promote_issue {"id":"harborlab/portal","issue_iid":1}`, "commands"},
	{`gitlab_add_spent_time {"id":"harborlab/portal","issue_iid":1,"duration":"1h","summary":"@a @b @c"}`, "mentions"},
	{`gitlab_move_issue {"id":"harborlab/portal","issue_iid":1,"to_project_id":"olga/notes"}`, "gitlab.read"},
	{`gitlab_move_issue {"id":"harborlab/portal","issue_iid":1,"to_project_id":"4"}`, "gitlab.read"},
	{`gitlab_clone_issue {"id":"harborlab/portal","issue_iid":1,"to_project_id":"harborlab/attic"}`, "gitlab.write"},
	{`gitlab_delete_issue {"id":"harborlab/portal","issue_iid":1}`, "tools"},
}
