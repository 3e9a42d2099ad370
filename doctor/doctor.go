// Package doctor finds out why a forge cannot be used, and says how to change that:
// whether it can be reached, by which way, whether its certificate is trusted, the
// clock is right, and what its service says about the token.
//
// [Examine] sends one request without the token, and then the few of the client's
// CheckToken. A [Check] contains neither tokens nor passwords.
package doctor

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/sanitize"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

// Status is the outcome of a check.
type Status string

// The outcomes of a check.
const (
	OK      Status = "ok"
	Warning Status = "warning" // works, but not everything
	Failed  Status = "failed"
	Skipped Status = "skipped" // because another one failed
)

// Check is something that was checked.
type Check struct {
	Subject string `json:"subject"` // such as GitCode
	Name    string `json:"check"`   // such as token
	Status  Status `json:"status"`
	Text    string `json:"text"`
	Fix     string `json:"fix,omitempty"` // what to do, if it failed
}

// Client is the client of a forge.
type Client interface {
	BaseURL() string
	Token(context.Context) string
	Anonymous() bool // whether public data can be read without a token
	Probe(context.Context) (*http.Response, error)
	CheckToken(context.Context) (*rest.TokenInfo, error)
}

// Forge is a forge as it is configured.
type Forge struct {
	Name        string // such as GitCode
	URLSetting  string // such as GITCODE_API_URL
	TokenSource string // such as GITCODE_TOKEN
	SetToken    string // a sentence that says where to put a token, and how to create one
	ReadOnly    bool   // the server does not write
	Client      Client
	TokenError  error // why the token cannot be read
}

// maxClockError is how far the clock may be off. A Date header has whole seconds, and
// a response takes some time.
const maxClockError = time.Minute

// expiresSoon is how long before its end a token deserves a warning.
const expiresSoon = 7 * 24 * time.Hour

// examination collects the checks of a forge.
type examination struct {
	*Forge
	filter sanitize.Filter // of what the service says
	checks []Check
}

func (e *examination) add(name string, status Status, text, fix string) {
	if status == OK || status == Skipped {
		fix = ""
	}
	text, _ = e.filter.Text(text)
	e.checks = append(e.checks, Check{Subject: e.Name, Name: name, Status: status, Text: text, Fix: fix})
}

// Examine checks a forge.
func Examine(ctx context.Context, forge *Forge) []Check {
	e := &examination{Forge: forge}
	if token := forge.Client.Token(ctx); token != "" {
		e.filter.Secrets = []string{token}
	}
	response, err := forge.Client.Probe(ctx)
	if err != nil {
		e.noConnection(err)
	} else {
		e.add("connection", OK, fmt.Sprintf("%s responds (%d), %s", forge.Client.BaseURL(), response.StatusCode, e.way()), "")
		if response.TLS != nil {
			e.certificate(response.TLS.VerifiedChains)
		}
		e.clock(response.Header, time.Now())
	}
	e.token(ctx, err == nil)
	return e.checks
}

// way says through which proxy the requests go.
func (e *examination) way() string {
	address, err := url.Parse(e.Client.BaseURL())
	if err != nil {
		return "without a proxy"
	}
	proxy, err := http.ProxyFromEnvironment(&http.Request{URL: address})
	switch {
	case err != nil, proxy != nil && strings.HasPrefix(proxy.Path, "//"):
		return "through a proxy whose address is not valid"
	case proxy == nil:
		return "without a proxy"
	}
	return "through the proxy " + proxy.Host
}

// noConnection explains why there was no response.
func (e *examination) noConnection(err error) {
	failure, ok := errors.AsType[*rest.Error](err)
	if !ok {
		failure = &rest.Error{Message: "the request cannot be sent"}
	}
	fix := tools.AdviseOnConnection(failure.Problem)
	if fix == "" {
		fix = "Check " + e.URLSetting + " and the network. If programs need a proxy there, set HTTPS_PROXY."
	}
	why := strings.TrimPrefix(failure.Message, "no connection: ")
	switch failure.Problem {
	case rest.UnknownAuthority, rest.CertificateHost, rest.CertificateExpired:
		e.add("connection", OK, fmt.Sprintf("%s responds, %s", e.Client.BaseURL(), e.way()), "")
		e.add("certificate", Failed, why+describe(err), fix)
	default:
		e.add("connection", Failed, fmt.Sprintf("%s cannot be reached %s: %s", e.Client.BaseURL(), e.way(), why), fix)
	}
}

// describe says what is known of a certificate that is not trusted.
func describe(err error) string {
	var (
		authority x509.UnknownAuthorityError
		host      x509.HostnameError
		invalid   x509.CertificateInvalidError
	)
	err = errors.Unwrap(err)
	switch {
	case errors.As(err, &authority) && authority.Cert != nil:
		return ": " + issuer(authority.Cert)
	case errors.As(err, &host) && host.Certificate != nil:
		return ": it is for " + rest.Excerpt([]byte(tools.Enumerated(host.Certificate.DNSNames, "and"))) + ", signed by " + issuer(host.Certificate)
	case errors.As(err, &invalid) && invalid.Cert != nil:
		const layout = "2006-01-02 15:04 MST"
		return fmt.Sprintf(": it is valid from %s to %s, and by this machine's clock it is %s",
			invalid.Cert.NotBefore.UTC().Format(layout), invalid.Cert.NotAfter.UTC().Format(layout), time.Now().UTC().Format(layout))
	}
	return ""
}

// issuer returns the name of who signed a certificate.
func issuer(c *x509.Certificate) string {
	name := c.Issuer.CommonName
	if name == "" {
		name = c.Issuer.String()
	}
	return strconv.Quote(rest.Excerpt([]byte(name)))
}

// certificate says who signed the service's certificate.
func (e *examination) certificate(chains [][]*x509.Certificate) {
	if len(chains) == 0 || len(chains[0]) == 0 {
		return
	}
	leaf, root := chains[0][0], chains[0][len(chains[0])-1]
	text := "signed by " + issuer(leaf)
	if by := issuer(root); by != issuer(leaf) {
		text += ", whose root is " + by
	}
	text += ", valid until " + leaf.NotAfter.UTC().Format(time.DateOnly)
	e.add("certificate", OK, text, "")
}

// clock compares the clock with the Date of a response. A cache adds its Age.
func (e *examination) clock(header http.Header, now time.Time) {
	date, err := http.ParseTime(header.Get("Date"))
	if err != nil {
		e.add("clock", Skipped, "the response has no date to compare with", "")
		return
	}
	age, _ := strconv.Atoi(header.Get("Age"))
	off := now.Sub(date.Add(time.Duration(age) * time.Second)).Round(time.Second)
	switch {
	case off > maxClockError:
		e.add("clock", Failed, fmt.Sprintf("this machine's clock is %v ahead of %s's", off, e.Name), setClock)
	case off < -maxClockError:
		e.add("clock", Failed, fmt.Sprintf("this machine's clock is %v behind %s's", -off, e.Name), setClock)
	default:
		e.add("clock", OK, "this machine's clock agrees with "+e.Name+"'s", "")
	}
}

const setClock = "Set the clock, or let the system synchronize it. Certificates and rate limits depend on it."
