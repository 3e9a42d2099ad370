package fetch

import (
	"errors"
	"net/netip"
	"syscall"
)

// errNotPublic is the error for an address that is not on the public internet.
var errNotPublic = errors.New("not a public address")

// notPublic are the prefixes of globally routed space that are not: the IANA's
// special-purpose addresses (https://www.iana.org/assignments/iana-ipv4-special-registry
// and iana-ipv6-special-registry), and those that contain an IPv4 address, which
// would have to be checked too.
var notPublic = [...]string{
	"0.0.0.0/8",
	"10.0.0.0/8",
	"100.64.0.0/10", // carrier-grade NAT
	"127.0.0.0/8",
	"169.254.0.0/16", // link-local; clouds serve metadata there
	"172.16.0.0/12",
	"192.0.0.0/24",
	"192.0.2.0/24", // documentation, as two below
	"192.88.99.0/24",
	"192.168.0.0/16",
	"198.18.0.0/15", // benchmarks
	"198.51.100.0/24",
	"203.0.113.0/24",
	"224.0.0.0/3", // multicast and reserved
	"2001::/23",   // Teredo and others
	"2001:db8::/32",
	"2002::/16", // 6to4
	"3fff::/20",
}

// globalIPv6 has all global unicast addresses of IPv6. NAT64's, mapped, unique local,
// link-local and multicast ones are outside.
const globalIPv6 = "2000::/3"

// isPublic reports whether an address is on the public internet. None with a zone is.
func isPublic(addr netip.Addr) bool {
	if !addr.Is4() && !within(globalIPv6, addr) {
		return false
	}
	for _, prefix := range notPublic {
		if within(prefix, addr) {
			return false
		}
	}
	return true
}

// within reports whether an address has a prefix.
func within(prefix string, addr netip.Addr) bool {
	return netip.MustParsePrefix(prefix).Contains(addr)
}

// onlyPublic is the Control of a [net.Dialer]: it rejects a connection to an address
// that is not public. It sees the address that is dialed, whatever a name resolved to
// before, and an IPv4 address that is mapped to IPv6 as the IPv4 address.
func onlyPublic(_, address string, _ syscall.RawConn) error {
	if to, err := netip.ParseAddrPort(address); err != nil || !isPublic(to.Addr()) {
		return errNotPublic
	}
	return nil
}

// onlyLoopback is the Control for a service on this machine.
func onlyLoopback(_, address string, _ syscall.RawConn) error {
	if to, err := netip.ParseAddrPort(address); err != nil || !to.Addr().IsLoopback() {
		return errors.New("not an address of this machine")
	}
	return nil
}
