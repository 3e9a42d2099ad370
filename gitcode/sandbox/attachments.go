package sandbox

import (
	"crypto/rand"
	"encoding/hex"
	"net/http"
	"path"
	"slices"
	"strings"
	"unicode"
)

// Attachments is what the paths of attachments contain. Like the pages of the service
// they are outside of [Prefix], and public ones need no token.
const Attachments = "/attachment/uploads/"

const attachmentPath = "/{owner}/{repo}" + Attachments + "{id}/{name}"

// maxAttachments is the number of files that a repository keeps, the latest ones.
const maxAttachments = 20

// attachment is an uploaded file.
type attachment struct {
	ID, Name string
	Content  []byte
}

// uploadFile takes any content, but only as a form, whatever media type the
// documentation shows.
func (s *Sandbox) uploadFile(r *request) response {
	repo, errResponse := s.pathRepo(r)
	switch {
	case repo == nil:
		return errResponse
	case !repo.isMember(r.user):
		return forbidden()
	case r.file == nil || r.file.Size == 0:
		return badParameter("file")
	}
	name := strings.Map(func(c rune) rune { // as addresses of the service show
		if unicode.IsLetter(c) || unicode.IsDigit(c) || strings.ContainsRune(".-_", c) {
			return c
		}
		return '_'
	}, path.Base(r.file.Name))
	id := make([]byte, 16)
	rand.Read(id) //nolint:errcheck // never returns an error
	a := &attachment{ID: hex.EncodeToString(id), Name: name, Content: r.file.Content}
	repo.Attachments = append(repo.Attachments, a)
	if n := len(repo.Attachments); n > maxAttachments {
		repo.Attachments = repo.Attachments[n-maxAttachments:]
	}
	return ok(struct {
		FullPath string `json:"full_path"`
		Path     string `json:"path"`
		Success  bool   `json:"success"`
	}{"https://gitcode.com/" + repo.fullName() + Attachments + a.ID + "/" + name, "uploads/" + a.ID + "/" + name, true})
}

// serveAttachment serves an uploaded file to anyone.
func (s *Sandbox) serveAttachment(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	var found *attachment
	resp := s.withFile(&request{Request: r}, func() response {
		if repo := s.findRepo(r.PathValue("owner"), r.PathValue("repo")); repo != nil {
			if i := slices.IndexFunc(repo.Attachments, func(a *attachment) bool {
				return a.ID == r.PathValue("id") && a.Name == r.PathValue("name")
			}); i >= 0 {
				found = repo.Attachments[i]
				return response{status: http.StatusOK}
			}
		}
		return response{status: http.StatusNotFound, body: page("<html><body><h1>404 Not Found</h1></body></html>\n")}
	})
	s.mu.Unlock()
	if found == nil || r.Method != http.MethodGet {
		resp.write(w)
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Write(found.Content) //nolint:errcheck // fails only if the client is gone
}
