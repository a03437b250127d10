//! Which URLs may be set and called.

use std::net::IpAddr;

use reqwest::Url;

use super::{Guard, Refused};

impl Guard {
    /// Reads a URL and checks all that can be said without asking for its host's addresses. Literal addresses are
    /// checked here, in all notations: the parser turns octal, hexadecimal, short and long forms into the usual one.
    ///
    /// # Errors
    /// With what is wrong and what is accepted. The URL is not quoted: it may hold a password.
    pub fn check_url(&self, url: &str) -> Result<Url, Refused> {
        let refuse = |problem: &str| Err(Refused(problem.to_owned()));
        // A backslash is a slash to some readers of URLs and part of the host to others.
        if url.contains('\\') || url.chars().any(char::is_control) {
            return refuse("it must not hold backslashes or control characters");
        }
        let url = Url::parse(url).map_err(|problem| Refused(format!("it is no URL: {problem}")))?;
        match url.scheme() {
            "https" => {}
            "http" if self.http => {}
            "http" => return refuse("it must be https://; PLIMSOLL_WEBHOOK_ALLOW_HTTP=yes allows http://"),
            _ => return refuse("it must begin with https://"),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return refuse("it must not hold a user or password; calls are signed");
        }
        if url.fragment().is_some() {
            return refuse("it must not have a fragment (#…): that is not sent");
        }
        let port = url.port_or_known_default().unwrap_or_default();
        if !self.ports.iter().any(|range| range.contains(&port)) {
            return Err(Refused(format!("port {port} may not be called; PLIMSOLL_WEBHOOK_PORTS lists those that may")));
        }
        let host = url.host_str().filter(|host| !host.is_empty());
        let Some(host) = host else { return refuse("it has no host") };
        if let Ok(address) = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>() {
            self.check_address(address)?;
        }
        Ok(url)
    }
}

#[cfg(test)]
mod tests {
    use crate::config::Config;
    use crate::webhooks::Guard;

    fn guard(settings: &[(&str, &str)]) -> Guard {
        Guard::new(&Config::from_environment(settings.iter().copied()).unwrap().webhooks)
    }

    #[test]
    fn what_leads_inside_is_refused() {
        let guard = guard(&[]);
        for url in [
            "",
            "receiver",
            "/hook",
            "http://receiver.example/",
            "ftp://receiver.example/",
            "file:///etc/passwd",
            "gopher://127.0.0.1:25/",
            "data:text/plain,a",
            "https://",
            "https://:443/",
            "https://user@receiver.example/",
            "https://user:password@receiver.example/",
            "https://receiver.example:8443/",
            "https://receiver.example:22/",
            "https://receiver.example/#fragment",
            "https://127.0.0.1/",
            "https://127.1/",
            "https://2130706433/",
            "https://0x7f000001/",
            "https://0x7f.0.0.1/",
            "https://0177.0.0.1/",
            "https://017700000001/",
            "https://0/",
            "https://127.0.0.1./",
            "https://①②⑦.0.0.1/",
            "https://%31%32%37.0.0.1/",
            "https://169.254.169.254/latest/",
            "https://0xa9fea9fe/",
            "https://10.0.0.1/",
            "https://192.168.0.1/",
            "https://100.64.0.1/",
            "https://[::1]/",
            "https://[::]/",
            "https://[::ffff:127.0.0.1]/",
            "https://[::ffff:a9fe:a9fe]/",
            "https://[64:ff9b::7f00:1]/",
            "https://[2002:7f00:1::]/",
            "https://[fd00:ec2::254]/",
            "https://[fe80::1]/",
            "https://[fe80::1%25eth0]/",
            "https://224.0.0.1/",
            "https://255.255.255.255/",
            "https://receiver.example\\@127.0.0.1:22/",
            "https://1.2.3.4.5/",
            "https:\\\\127.0.0.1/",
            "https://127.0.0.1\t/",
        ] {
            assert!(guard.check_url(url).is_err(), "{url}");
        }
        for url in [
            "https://receiver.example",
            "https://receiver.example:443/hook?key=1",
            "https://1.1.1.1/",
            "https://[2606:4700::1111]/",
        ] {
            assert!(guard.check_url(url).is_ok(), "{url}: {:?}", guard.check_url(url));
        }
    }

    #[test]
    fn settings_widen_it() {
        let guard = guard(&[
            ("PLIMSOLL_WEBHOOK_ALLOW_NETWORKS", "127.0.0.0/8, fd00::/8"),
            ("PLIMSOLL_WEBHOOK_PORTS", "443, 8000-8999"),
            ("PLIMSOLL_WEBHOOK_ALLOW_HTTP", "yes"),
        ]);
        for url in ["http://127.0.0.1:8080/", "https://[::ffff:127.0.0.1]/", "https://[fd00::1]:8999/"] {
            assert!(guard.check_url(url).is_ok(), "{url}: {:?}", guard.check_url(url));
        }
        for url in ["http://127.0.0.1/", "https://10.0.0.1/", "https://127.0.0.1:9000/"] {
            assert!(guard.check_url(url).is_err(), "{url}");
        }
    }
}
