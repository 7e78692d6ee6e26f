using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace UserDomain.IdentityStore.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class IndexesOfTokens : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_tokens_application_id_status_subject_type",
                schema: "identity",
                table: "tokens");

            migrationBuilder.CreateIndex(
                name: "ix_tokens_application_id",
                schema: "identity",
                table: "tokens",
                column: "application_id");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_tokens_application_id",
                schema: "identity",
                table: "tokens");

            migrationBuilder.CreateIndex(
                name: "ix_tokens_application_id_status_subject_type",
                schema: "identity",
                table: "tokens",
                columns: new[] { "application_id", "status", "subject", "type" });
        }
    }
}
