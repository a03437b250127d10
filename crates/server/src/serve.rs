//! Starts the service and stops it in order.

mod signals;

use std::net::SocketAddr;
use std::time::Duration;

use prometheus_client::metrics::gauge::Gauge;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use crate::config::Listeners;
use crate::listen::{Listener, tls};
use crate::operations::private;
use crate::{App, Error, Result, api};

/// How long the last traces may take to be sent.
const FAREWELL: Duration = Duration::from_secs(3);

/// A service that runs.
#[derive(Debug)]
pub struct Running {
    app: App,
    public: SocketAddr,
    private: SocketAddr,
    stopped: JoinHandle<()>,
}

/// Binds both listeners and serves. Must be called within a tokio runtime with time and I/O.
///
/// # Errors
/// Where an address cannot be listened at, or the certificate cannot be used.
pub async fn serve(app: App) -> Result<Running> {
    let public = api::router(&app);
    serve_with(app, public).await
}

/// Like [`serve`], with a router of the caller's: tests have routes of their own to hold requests back.
///
/// # Errors
/// As [`serve`].
pub async fn serve_with(app: App, public: api::Public) -> Result<Running> {
    // Clients of the service (webhooks, traces) find the process's provider; another one set before is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    app.start_traces()?;
    let config = app.config();
    let (limits, drain) = (config.limits.clone(), app.drain().clone());
    let tls = match &config.tls.pair {
        Some(pair) => Some(tls::acceptor(tls::Origins::of(pair, config), app.metrics().tls.clone()).await?),
        None => None,
    };
    let connections = app.metrics().http.connections.clone();
    let listener = Listener::bind(config.listeners.public, Listeners::PUBLIC, tls, limits.clone(), drain, connections)?;
    // The private listener outlives the public one, so that the last figures can be fetched.
    let last = crate::Drain::new();
    let mut few = limits.clone();
    few.connections = private::MOST_CONNECTIONS;
    let metrics =
        Listener::bind(config.listeners.private, Listeners::PRIVATE, None, few, last.clone(), Gauge::default())?;

    let (public_address, private_address) = (listener.address()?, metrics.address()?);
    tokio::spawn(metrics.serve(private::router(&app)));
    let serving = tokio::spawn(listener.serve(public));
    let (drain, traces) = (app.drain().clone(), app.traces().cloned());
    let stopped = tokio::spawn(async move {
        drain.begun().await;
        tracing::info!(grace_ms = limits.drain_grace.as_millis(), "stopping: not ready any more");
        tokio::select! {
            () = sleep(limits.drain_grace) => {}
            () = drain.hurried() => {}
        }
        drain.close();
        tracing::info!("stopping: no more connections; requests in work finish");
        let mut serving = serving;
        tokio::select! {
            _ = &mut serving => {}
            () = sleep(limits.drain_deadline) => {
                tracing::warn!("stopping: the deadline is over; what is still in work is dropped");
                drain.give_up();
                let _ = serving.await;
            }
            () = drain.given_up() => { let _ = (&mut serving).await; }
        }
        if let Some(traces) = &traces {
            let _ = timeout(FAREWELL, traces.flush()).await;
        }
        last.give_up();
        tracing::info!("stopped");
    });
    Ok(Running { app, public: public_address, private: private_address, stopped })
}

impl Running {
    /// The public listener's address, with the port the system chose.
    pub fn public(&self) -> SocketAddr {
        self.public
    }

    /// The private listener's address, with the port the system chose.
    pub fn private(&self) -> SocketAddr {
        self.private
    }

    /// What runs.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// Ends when the service has stopped, because of [`crate::Drain::begin`] or a signal before.
    pub async fn stopped(self) {
        // An error would be a panic of the stopping task, which has none to make.
        let _ = self.stopped.await;
    }

    /// Serves until SIGTERM (with grace) or SIGINT (without) and then stops in order. Each further signal hurries.
    /// Signals are heeded as soon as this returns; what it returns ends when the service has stopped.
    ///
    /// # Errors
    /// Where the system gives no signals.
    pub fn until_signal(self) -> Result<impl Future<Output = ()>> {
        let listening = signals::drain_on_signals(self.app.drain().clone())
            .map_err(|source| Error::System { what: "waiting for signals", source })?;
        Ok(async move {
            self.stopped().await;
            listening.abort();
        })
    }
}
