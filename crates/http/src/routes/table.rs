use axum::{
    Router,
    handler::Handler,
    http::Method,
    routing::{MethodFilter, MethodRouter, on},
};

/// A router that knows what is in it.
pub(super) struct Table<S> {
    pub(super) router: Router<S>,
    listed: Vec<(Method, &'static str)>,
}

impl<S: Clone + Send + Sync + 'static> Table<S> {
    pub(super) fn new() -> Self {
        Self {
            router: Router::new(),
            listed: Vec::new(),
        }
    }

    pub(super) fn add(
        mut self,
        method: Method,
        path: &'static str,
        route: MethodRouter<S>,
    ) -> Self {
        self.router = self.router.route(path, route);
        self.listed.push((method, path));
        self
    }

    pub(super) fn get<T: 'static>(self, path: &'static str, handler: impl Handler<T, S>) -> Self {
        self.add(Method::GET, path, on(MethodFilter::GET, handler))
    }

    pub(super) fn post<T: 'static>(self, path: &'static str, handler: impl Handler<T, S>) -> Self {
        self.add(Method::POST, path, on(MethodFilter::POST, handler))
    }

    pub(super) fn put<T: 'static>(self, path: &'static str, handler: impl Handler<T, S>) -> Self {
        self.add(Method::PUT, path, on(MethodFilter::PUT, handler))
    }

    pub(super) fn patch<T: 'static>(self, path: &'static str, handler: impl Handler<T, S>) -> Self {
        self.add(Method::PATCH, path, on(MethodFilter::PATCH, handler))
    }

    pub(super) fn delete<T: 'static>(
        self,
        path: &'static str,
        handler: impl Handler<T, S>,
    ) -> Self {
        self.add(Method::DELETE, path, on(MethodFilter::DELETE, handler))
    }

    pub(super) fn listed(&self, prefix: &str) -> impl Iterator<Item = (Method, String)> + use<S> {
        let full = move |(method, path): &(Method, &str)| {
            let path = if *path == "/" && !prefix.is_empty() {
                ""
            } else {
                path
            };
            (method.clone(), format!("{prefix}{path}"))
        };
        self.listed.iter().map(full).collect::<Vec<_>>().into_iter()
    }
}
