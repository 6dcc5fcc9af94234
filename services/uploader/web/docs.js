// Shows the API's description in Swagger UI.
window.SwaggerUIBundle({ url: "openapi.json", dom_id: "#api", deepLinking: true, tryItOutEnabled: false });
