/** What a first visit shows: it answers something worth reading with and without a token. */
export const DEFAULT_QUERY = `# Paste an app's token above, then press
# Ctrl-Enter. The answer holds what the app's
# scopes cover and names each field they do not.
# Without a token it says what is missing.

query Example {
  currentApp {
    clientId
    store {
      name
    }
    grantedScopes {
      name
    }
  }
  orders(first: 5) {
    nodes {
      id
      sourceNumber
      customer {
        displayName
        email
      }
    }
  }
}
`;
